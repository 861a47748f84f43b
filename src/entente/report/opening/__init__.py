"""The first screen of a brief: sentences and numbers computed from a run, for any accord."""

from entente.report.opening.answer import answer as answer
from entente.report.opening.deal import deal as deal
from entente.report.opening.findings import findings as findings
from entente.report.opening.headline import headline as headline
from entente.report.opening.numbers import key_numbers as key_numbers
