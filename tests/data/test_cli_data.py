"""`entente data` lists and prints the shipped tables."""

import json

from click.testing import CliRunner

from entente.cli.data import command
from entente.problems import InputProblemsError
from entente.world.sources import resources, text


def test_the_list_names_every_table_with_source_vintage_and_licence():
    said = CliRunner().invoke(command, env={"COLUMNS": "200"}).output
    for name, resource in resources().items():
        assert name in said
        assert f"vintage: {resource['vintage']}" in said
    assert said.count("source: ") >= len(resources())
    assert said.count("licence: ") >= len(resources())


def test_the_list_fits_a_narrow_terminal():
    said = CliRunner().invoke(command, env={"COLUMNS": "40"}).output
    assert max(map(len, said.splitlines())) <= 40


def test_the_list_as_json_is_the_description():
    said = CliRunner().invoke(command, ["--json"]).output
    assert json.loads(said) == list(resources().values())


def test_a_table_is_printed_as_it_is_shipped():
    assert CliRunner().invoke(command, ["us-imports-mexico"]).output == text("us-imports-mexico")


def test_a_table_as_json_is_its_description():
    said = CliRunner().invoke(command, ["court-backlog", "--json"]).output
    assert json.loads(said) == resources()["court-backlog"]


def test_an_unknown_table_is_answered_with_the_known_ones():
    failure = CliRunner().invoke(command, ["border-count"]).exception
    assert isinstance(failure, InputProblemsError)
    assert "did you mean 'border-counts'?" in str(failure)


def test_help_ends_with_an_example():
    said = CliRunner().invoke(command, ["--help"]).output
    assert said.rstrip().splitlines()[-1].strip().startswith("Example:")
