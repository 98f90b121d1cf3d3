"""What every dashboard has around its panels."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

from panels import DATASOURCE

# Which installation of Causeway; every query asks for one.
NAMESPACE = 'namespace="$namespace"'
# Addresses of the dashboards; a bookmark or a link of somebody holds them.
UIDS = {"workflows": "causeway-workflows", "one workflow": "causeway-workflow", "inside": "causeway-inside"}


def frame(name, title, description):
    board = build.Dashboard(title).uid(UIDS[name]).description(description).tags(["causeway"]).readonly()
    board.time("now-6h", "now").refresh("30s").timezone("browser").tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
    board.with_variable(build.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    # Outside Kubernetes there is no such label. Nothing can be chosen then, and nothing is what series without the label match.
    board.with_variable(variable("namespace", "Namespace", 'label_values(up{job=~"causeway-.*"}, namespace)'))
    return board.link(build.DashboardLink("Causeway").type(dashboard.DashboardLinkType.DASHBOARDS).tags(["causeway"]).keep_time(True)
                      .as_dropdown(True))


def text(name, label, default, description):
    """A box to type into."""
    return build.TextBoxVariable(name).label(label).description(description).default_value(default)


def variable(name, label, query, several=False):
    """A drop-down with a label's values; with `several`, everything is chosen at first."""
    chosen = build.QueryVariable(name).label(label).query(query).datasource(DATASOURCE)
    chosen.refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(dashboard.VariableSort.ALPHABETICAL_ASC)
    if several:
        chosen.multi(True).include_all(True).current(dashboard.VariableOption(selected=True, text="All", value="$__all"))
    return chosen
