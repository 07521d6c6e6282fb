"""deploy/: manifests that fit their schemas, queries that parse, and metrics that the service has."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from service.metrics import Metrics
from service.settings import JobSettings, classes

_DEPLOY = Path(__file__).parents[1] / "deploy"
_MANIFESTS = sorted(set((_DEPLOY / "kubernetes").glob("*.yaml")) - {_DEPLOY / "kubernetes" / "adapter-values.yaml"})
_DASHBOARD = _DEPLOY / "compose" / "grafana" / "dashboards" / "mubiao.json"
_SETTINGS = {cls.model_config["env_prefix"] + name.upper() for cls in classes() for name in cls.model_fields}


def _queries():
    panels = json.loads(_DASHBOARD.read_text(encoding="utf-8"))["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = yaml.safe_load((_DEPLOY / "prometheus" / "rules.yml").read_text(encoding="utf-8"))
    return shown, [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("path", _MANIFESTS, ids=lambda p: p.name)
def test_manifests_fit_the_schemas_of_kubernetes(path):
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    if manifest["kind"] == "Kustomization":
        assert {p.name for p in _MANIFESTS} == {*manifest["resources"], path.name}
    else:
        kubernetes_validate.validate(manifest, "1.30", strict=True)


def test_the_pods_are_found_by_what_refers_to_them():
    manifests = {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in _MANIFESTS}
    pod = manifests["deployment"]["spec"]["template"]
    labels = pod["metadata"]["labels"]
    for selector in (
        manifests["deployment"]["spec"]["selector"]["matchLabels"],
        manifests["service"]["spec"]["selector"],
        manifests["disruption"]["spec"]["selector"]["matchLabels"],
        manifests["network"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    assert manifests["autoscaling"]["spec"]["scaleTargetRef"]["name"] == manifests["deployment"]["metadata"]["name"]
    drain = next(cls.model_fields["drain_seconds"].default for cls in classes() if "drain_seconds" in cls.model_fields)
    assert pod["spec"]["terminationGracePeriodSeconds"] > drain


def test_the_image_is_of_this_version():
    manifest = yaml.safe_load((_DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((_DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [image["newTag"] for image in manifest["images"]] == [project["version"]]


def test_compose_keeps_jobs_in_its_database(tmp_path):
    (tmp_path / "postgres-password").write_text("4f1c\n", encoding="utf-8")
    compose = yaml.safe_load((_DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))
    shell, option, command = compose["services"]["mubiao"]["command"]
    command = command.replace("$$", "$").replace("/run/secrets", str(tmp_path)).replace("mubiao serve", "env")
    done = subprocess.run([shell, option, command], capture_output=True, text=True, check=True)
    settings = dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("MUBIAO_JOBS"))
    database = JobSettings(database=settings["MUBIAO_JOBS_DATABASE"]).database
    assert database.get_secret_value() == "postgresql://mubiao:4f1c@postgres/mubiao"


@pytest.mark.parametrize("path", sorted(p for p in _DEPLOY.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_settings_that_are_named_exist(path):
    assert set(re.findall(r"MUBIAO_[A-Z_]+", path.read_text(encoding="utf-8"))) <= _SETTINGS


def test_metrics_that_are_asked_for_exist():
    there = {metric.name for metric in Metrics("model", "0").registry.collect()}
    shown, alerts = _queries()
    asked = re.findall(r"\bmubiao_\w+", " ".join(shown + alerts))
    assert len(asked) > 20
    assert {re.sub("_(total|bucket|sum|count)$", "", name) for name in asked} <= there


def test_the_dashboard_loads():
    dashboard = json.loads(_DASHBOARD.read_text(encoding="utf-8"))
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} <= {"timeseries", "stat", "table"}
    cells = [
        (x, y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    variables = {variable["name"] for variable in dashboard["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]+)\b", json.dumps(panels)))
    assert used <= variables | {"__rate_interval"}


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool, which parses the queries, is not installed")
def test_queries_parse(tmp_path):
    shown, _ = _queries()
    rules = [{"record": f"panel:{n}", "expr": expr.replace("$__rate_interval", "1m")} for n, expr in enumerate(shown)]
    (tmp_path / "shown.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "shown", "rules": rules}]}), encoding="utf-8"
    )
    config = _DEPLOY / "prometheus" / "prometheus.yml"
    for arguments in (["config", str(config)], ["rules", str(tmp_path / "shown.yml")]):
        done = subprocess.run(["promtool", "check", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout


def test_compose_files_and_volumes_are_there():
    compose = yaml.safe_load((_DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (_DEPLOY / "compose" / source).is_dir()
            else:
                assert source in compose["volumes"]
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
