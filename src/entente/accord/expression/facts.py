"""The facts about a claim or an entry that rules may ask: their types and how they are said."""

from typing import Final

from entente.accord.expression.symbols import (
    CODE,
    CODES,
    DATE,
    NUMBER,
    TEXT,
    TRUTH,
    Kind,
    Role,
    Symbol,
    Type,
)
from entente.units import Unit

_DATES: Final = Type(Kind.LIST, of=Kind.DATE)
_NUMBERS: Final = Type(Kind.LIST, of=Kind.NUMBER)
_MONTHS: Final = Type(Kind.NUMBER, Unit.parse("months"))
_DAYS: Final = Type(Kind.NUMBER, Unit.parse("days"))
_USD: Final = Type(Kind.NUMBER, Unit.parse("USD"))
_PERCENT: Final = Type(Kind.NUMBER, Unit.parse("percent"))

# Columns whose lists run side by side, an entry each; the first says how many entries there are.
BESIDE: Final[dict[str, tuple[str, ...]]] = {
    "relative": ("family_state", "family_relation", "family_status", "family_age"),
    "residence document": ("residence_state", "residence_from", "residence_expiry"),
    "visa": ("visa_state", "visa_type", "visa_from", "visa_expiry"),
    "claim": ("claims_in", "claimed_on"),
}
# name -> type, and the phrase that stands for it in a sentence
_CLAIM: Final[dict[str, tuple[Type, str]]] = {
    "asked_on": (DATE, "the day asked about"),
    "application_date": (DATE, "the application"),
    "lodged_state": (CODE, "the state of the claim"),
    "claims_in": (CODES, "the states of all claims"),
    "claimed_on": (_DATES, "the days of all claims"),
    "nationality": (CODE, "the claimant's nationality"),
    "habitual_residence": (CODE, "the habitual residence"),
    "age": (NUMBER, "the claimant's age"),
    "unaccompanied": (TRUTH, "the claimant is unaccompanied"),
    "married": (TRUTH, "the claimant is married"),
    "best_interests": (TRUTH, "it serves the child's best interests"),
    "wish_written": (TRUTH, "the wish is in writing"),
    "family_state": (CODES, "the states of the relatives"),
    "family_relation": (CODES, "the relatives' kinds"),
    "family_status": (CODES, "the relatives' statuses"),
    "family_age": (_NUMBERS, "the relatives' ages"),
    "family_can_care": (TRUTH, "the relative can care"),
    "residence_state": (CODES, "the issuers of residence documents"),
    "residence_from": (_DATES, "the starts of residence documents"),
    "residence_expiry": (_DATES, "the ends of residence documents"),
    "visa_state": (CODES, "the issuers of visas"),
    "visa_type": (CODES, "the types of visas"),
    "visa_from": (_DATES, "the starts of visas"),
    "visa_expiry": (_DATES, "the ends of visas"),
    "visa_enabled_entry": (TRUTH, "that document enabled the entry"),
    "left_territory": (TRUTH, "the claimant has since left the member states"),
    "diploma_state": (CODE, "the state of the diploma"),
    "diploma_date": (DATE, "the diploma"),
    "entry_state": (CODE, "the state of first entry"),
    "entry_date": (DATE, "the first entry"),
    "entry_regular": (TRUTH, "the entry was regular"),
    "entry_mode": (CODE, "the way of entry"),
    "airport_transit": (TRUTH, "the claim was made in an international transit area"),
    "stay_state": (CODE, "the state of the last stay"),
    "stay_months": (_MONTHS, "the last stay"),
    "systemic_flaws": (CODES, "the states with systemic flaws"),
    "hit_date": (DATE, "the hit"),
    "request_date": (DATE, "the request"),
    "reply_date": (DATE, "the reply"),
    "reply": (CODE, "the reply"),
    "accepted_date": (DATE, "the acceptance"),
    "final_appeal_date": (DATE, "the final decision on appeal"),
    "request_kind": (CODE, "the kind of request"),
    "requested_state": (CODE, "the requested state"),
    "absconded": (TRUTH, "the claimant absconded"),
    "imprisoned": (TRUTH, "the claimant is imprisoned"),
    "from_state": (CODE, "the country of last presence"),
    "port_kind": (CODE, "the kind of port"),
    "crossed_between_ports": (TRUTH, "the crossing was between ports"),
    "crossing_date": (DATE, "the crossing"),
    "days_since_crossing": (_DAYS, "the time since the crossing"),
    "removal_transit": (TRUTH, "the claimant is in transit after removal"),
    "document_receiving": (CODE, "the document of the receiving side"),
    "visa_free_receiving": (TRUTH, "the receiving side asks no visa"),
    "visa_required_other": (TRUTH, "the other side asks a visa"),
    "public_interest": (TRUTH, "the public interest is at stake"),
    "place": (CODE, "the place of entry"),
    "transited": (CODES, "the countries crossed on the way"),
    "protection_denied_in": (CODES, "the countries that denied protection"),
    "trafficking_victim": (TRUTH, "the claimant is a victim of trafficking"),
    "demographic": (CODE, "the claimant's class"),
}
_GOODS: Final[dict[str, tuple[Type, str]]] = {
    "entry_date": (DATE, "the entry"),
    "origin": (CODE, "the origin"),
    "hts": (CODE, "the tariff number"),
    "value_usd": (_USD, "the customs value"),
    "base_rate_percent": (_PERCENT, "the ordinary duty"),
    "goods": (TEXT, "the goods"),
    "preference": (CODE, "the preference claimed"),
    "transshipped": (TRUTH, "the goods were transshipped"),
    "mode": (CODE, "the mode of transport"),
    "loaded_date": (DATE, "the loading"),
    "export_date": (DATE, "the export"),
    "final_mode": (CODE, "the last mode of transport"),
    "final_mode_date": (DATE, "the loading on the last mode of transport"),
    "ftz_status": (CODE, "the status in a foreign-trade zone"),
    "chapter98": (CODE, "the number of chapter 98"),
    "us_content_share": (NUMBER, "the share of content of the United States"),
    "steel_share": (NUMBER, "the share of steel content"),
    "aluminum_share": (NUMBER, "the share of aluminum content"),
    "copper_share": (NUMBER, "the share of copper content"),
    "quantity": (NUMBER, "the running quantity"),
    "trigger_price": (NUMBER, "the trigger price"),
    "price": (NUMBER, "the price"),
}

# The words that a column may hold, where it holds no codes.
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "family_relation": (
        "spouse", "partner", "child", "parent", "guardian", "sibling", "grandparent",
        "grandchild", "uncle_aunt", "nephew_niece", "cousin",
    ),
    "family_status": (
        "citizen", "permanent_resident", "long_term_resident", "beneficiary",
        "applicant_pending", "applicant_decided", "applicant_eligible",
        "work_or_study_permit", "legally_present", "irregular",
    ),
    "entry_mode": ("land", "sea", "air", "sar", "visa_free"),
    "reply": ("accept", "refuse"),
    "request_kind": ("take_charge", "take_back"),
    "port_kind": ("land", "rail", "airport", "inland"),
    "document_receiving": ("transit", "valid"),
}  # fmt: skip
# The columns of codes that name a state.
STATES: Final = frozenset({"origin"}) | {
    name
    for name, (kind, _) in _CLAIM.items()
    if Kind.CODE in (kind.kind, kind.of)
    and name not in {*WORDS, "place", "visa_type", "demographic"}
}
SHARES: Final = tuple(name for name in _GOODS if name.endswith("_share"))
# Facts that are whole numbers by the contract of columns.
INTEGERS: Final = frozenset({"age", "family_age", "days_since_crossing", "quantity"})

_ENTRY: Final = {name: entry for entry, names in BESIDE.items() for name in names}
CLAIMS: Final = {
    name: Symbol(Role.FACT, kind, _ENTRY.get(name, "")) for name, (kind, _) in _CLAIM.items()
}
GOODS: Final = {name: Symbol(Role.FACT, kind) for name, (kind, _) in _GOODS.items()}
PHRASES: Final = {name: phrase for table in (_GOODS, _CLAIM) for name, (_, phrase) in table.items()}
# What a list's name says where its entries are read one after the other.
ENTRY_PHRASES: Final = {
    "family_state": "the relative's state",
    "family_relation": "the relative's kind",
    "family_status": "the relative's status",
    "family_age": "the relative's age",
    "residence_state": "the document's issuer",
    "residence_from": "the document's start",
    "residence_expiry": "the document's end",
    "visa_state": "the visa's issuer",
    "visa_type": "the visa's type",
    "visa_from": "the visa's start",
    "visa_expiry": "the visa's end",
    "claims_in": "the state of a claim",
    "claimed_on": "the day of a claim",
    "transited": "a country crossed",
    "protection_denied_in": "a country that denied protection",
}
FACTS: Final = GOODS | CLAIMS
