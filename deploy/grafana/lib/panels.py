"""Panels. Each has a unit, says what it shows, and says what it means when it shows nothing.

`empty` is what people read in a panel without data. Left out, data are always to be expected; given, the panel may well be empty for the
reason that it gives, and tests take it so.
"""

import zlib

from grafana_foundation_sdk.builders import (
    bargauge, common as build, dashboard as boards, prometheus, stat as stats, statetimeline, table as tables, timeseries)
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

import looks
from empty import ALWAYS_FILLED

DATASOURCE = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")


def row(title):
    """Heads the panels that follow."""
    return boards.Row(title).id(_id(title))


def over_time(title, description, unit, *queries, width=8, empty=ALWAYS_FILLED, thresholds=looks.PLAIN, stacked=False):
    """Lines over time. A query is (PromQL, legend)."""
    panel = _described(timeseries.Panel(), title, description, unit, empty, thresholds).span(width).height(8).min(0)
    panel.line_width(1).fill_opacity(10).show_points(common.VisibilityMode.NEVER)
    panel.legend(build.VizLegendOptions().show_legend(True).display_mode(common.LegendDisplayMode.LIST).placement(
        common.LegendPlacement.BOTTOM).calcs(["lastNotNull"]))
    panel.tooltip(build.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING))
    if thresholds is not looks.PLAIN:
        panel.thresholds_style(build.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED))
    if stacked:
        panel.stacking(build.StackingConfig().mode(common.StackingMode.NORMAL)).fill_opacity(40)
    for place, (query, legend) in enumerate(queries):
        panel.with_target(_query(place, query).legend_format(legend).range())
    return panel


def now(title, description, unit, query, legend="", width=4, empty=ALWAYS_FILLED, thresholds=looks.PLAIN, words=()):
    """One number, or one for each series, as it is now."""
    panel = _described(stats.Panel(), title, description, unit, empty, thresholds).span(width).height(4).mappings(list(words))
    panel.color_mode(common.BigValueColorMode.BACKGROUND).graph_mode(common.BigValueGraphMode.NONE)
    panel.reduce_options(build.ReduceDataOptions().calcs(["lastNotNull"]))
    return panel.with_target(_query(0, query).legend_format(legend).instant())


def status_over_time(title, description, query, legend, width=24):
    """A coloured bar a workflow."""
    panel = _described(statetimeline.Panel(), title, description, "none", ALWAYS_FILLED, looks.PLAIN).span(width).height(8)
    panel.mappings(looks.STATUS).show_value(common.VisibilityMode.NEVER).merge_values(True)
    return panel.with_target(_query(0, query).legend_format(legend).range())


def bars(title, description, unit, query, legend, width=8, empty=ALWAYS_FILLED, thresholds=looks.PLAIN):
    """One bar a series, as it is now."""
    panel = _described(bargauge.Panel(), title, description, unit, empty, thresholds).span(width).height(8)
    panel.orientation(common.VizOrientation.HORIZONTAL).reduce_options(build.ReduceDataOptions().calcs(["lastNotNull"]))
    return panel.with_target(_query(0, query).legend_format(legend).instant())


class Column:
    """A query's column in a table; `looks` are further properties of its cells, by Grafana's name."""

    def __init__(self, title, unit, query, **looks):
        self.title, self.unit, self.query = title, unit, query
        self.properties = {"unit": unit, **looks}


def table(title, description, columns, labels, width=24, height=8, empty=ALWAYS_FILLED, links=None):
    """One line for each set of labels; first the labels, then the columns. `links` maps a label to a URL."""
    panel = _described(tables.Panel(), title, description, "none", empty, looks.PLAIN).span(width).height(height)
    names = {}
    for place, column in enumerate(columns):
        panel.with_target(_query(place, column.query).format(PromQueryFormat.TABLE).instant())
        # With one query Grafana calls its column "Value", with several "Value #A", "Value #B" …
        names["Value" if len(columns) == 1 else f"Value #{_ref_id(place)}"] = column.title
        panel.override_by_name(column.title, _properties(column.properties))
    for label, url in (links or {}).items():
        panel.override_by_name(label, _properties({"links": [{"title": "Show", "url": url}]}))
    order = {name: place for place, name in enumerate([*labels, *names])}
    shown = {name: True for name in order}
    panel.with_transformation(dashboard.DataTransformerConfig(id_val="merge", options={}))
    panel.with_transformation(dashboard.DataTransformerConfig(
        id_val="filterFieldsByName", options={"include": {"names": list(shown)}}))
    return panel.with_transformation(dashboard.DataTransformerConfig(
        id_val="organize", options={"indexByName": order, "renameByName": names}))


def coloured(words=(), thresholds=None):
    """Properties of a column whose cells have a background of their own."""
    properties = {"custom.cellOptions": {"type": "color-background", "mode": "basic"}, "mappings": list(words)}
    return properties | ({"thresholds": thresholds.build()} if thresholds else {})


def _described(panel, title, description, unit, empty, thresholds):
    return panel.id(_id(title)).title(title).description(description).unit(unit).no_value(empty).thresholds(thresholds).datasource(DATASOURCE)


def _id(title):
    """The same as long as the title is: links to a panel, and alerts that people made of it, name it."""
    return zlib.crc32(title.encode()) & 0x7FFFFFFF


def _query(place, query):
    return prometheus.Dataquery().expr(query).ref_id(_ref_id(place)).datasource(DATASOURCE)


def _ref_id(place):
    return chr(ord("A") + place)


def _properties(properties):
    return [dashboard.DynamicConfigValue(id_val=name, value=value) for name, value in properties.items()]
