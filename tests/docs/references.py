"""What documents and comments refer to: links in Markdown, and the names of documents, with headings, anywhere."""

import os
import pathlib
import re

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]

# Names under which comments still cite documents that were kept outside of this repository. What stood there is in docs/ now: in
# architecture.md (design.md), features.md (product.md), systems/ (spec/). Accepted until each citation names its new place; nothing may be
# added.
OLD_NAMES = ["design.md", "product.md", "spec/dynamics365.md", "spec/campaign.md"]

# Documents that a command makes and that aren't kept.
MADE = ["docs/mutations.md"]

_CODE = {".cc", ".h", ".inc", ".proto", ".py", ".cmake", ".txt", ".toml", ".yaml", ".yml", ".tpl", ".sh", ""}
_FENCE = re.compile(r"^( *)(```|~~~).*?^ *\2[^\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^()\s>]+(?:\([^()]*\))?)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
# A document's name and, in quotes behind it, headings of it: docs/architecture.md "Errors", "Control".
_NAME = re.compile(r"(?<![\w/.:-])((?:[\w.-]+/)*[\w-][\w.-]*\.md)(#[\w-]+)?((?:,? +(?:and +)?\"[^\"]+\")*)")
# What a comment's lines begin with, where a reference goes on in the next one.
_NEXT_LINE = re.compile(r"\n[ \t]*(?://|#)[/!]*[ \t]*")


def _files():
    """Those of the checkout, without what is built or fetched into it."""
    for folder, inside, names in os.walk(CHECKOUT):
        top = pathlib.Path(folder) == CHECKOUT
        inside[:] = [name for name in inside if name not in (".git", "__pycache__", "node_modules") and not (top and name.startswith("build"))]
        yield from (pathlib.Path(folder) / name for name in sorted(names))


def documents():
    return [path for path in _files() if path.suffix == ".md"]


def code():
    """Files that may hold comments, scripts without a suffix among them."""
    return [path for path in _files() if path.suffix in _CODE]


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def _prose(text):
    """Markdown without its blocks of code."""
    return _FENCE.sub("", text)


def slug(heading):
    """The anchor that a heading gets where the repository is shown."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def headings(path):
    return [heading.replace("`", "") for heading in _HEADING.findall(_prose(text_of(path)))]


def anchors(path):
    found = []
    for heading in headings(path):
        anchor = slug(heading)
        found.append(anchor if anchor not in found else f"{anchor}-{sum(known.startswith(anchor) for known in found)}")
    return found


def wrong_links(path, text):
    """Links of a document that lead nowhere."""
    for match in _LINK.finditer(re.sub(r"`[^`\n]*`", "", _prose(text))):
        link = match[1] or match[2]
        if re.match(r"[a-z][a-z+.-]*:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and (target.suffix != ".md" or anchor not in anchors(target)):
            yield f"{link}: there is no such heading"


def wrong_names(path, text):
    """Documents that are named and aren't there, and headings that they don't have."""
    prose = _prose(text) if path.suffix == ".md" else _NEXT_LINE.sub(" ", text)
    for name, anchor, quoted in _NAME.findall(prose):
        if name in OLD_NAMES or name in MADE:
            continue
        # Seen from a folder around the file that names it, the nearest first, or in docs/.
        around = [folder for folder in path.parents if folder.is_relative_to(CHECKOUT)]
        found = [folder / name for folder in (*around, CHECKOUT / "docs") if (folder / name).is_file()]
        if not found:
            yield f"{name}: there is no such file"
            continue
        if anchor and anchor[1:] not in anchors(found[0]):
            yield f"{name}{anchor}: there is no such heading"
        for heading in re.findall(r'"([^"]+)"', quoted):
            if heading not in headings(found[0]):
                yield f'{name} "{heading}": there is no such heading'
