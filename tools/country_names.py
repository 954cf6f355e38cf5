"""Write src/analysis/facts/country_names.csv: codes and names of countries in the lists of others.

Run it where its three libraries are installed; the project itself needs none of them:

    pip install --no-deps countrycode country_converter pycountry
    python tools/country_names.py

`countrycode` holds the codes of Correlates of War, Gleditsch and Ward, V-Dem and the World Bank
with the names that the first three, ISO and the United Nations use; `country_converter` and
`pycountry` add short, official and common names. What none of them has stands in `ADDED`.
"""

from __future__ import annotations

import csv
import pickle
from importlib.resources import files
from pathlib import Path

import pycountry

TARGET = Path(__file__).parents[1] / "src" / "analysis" / "facts" / "country_names.csv"
CODES = ("iso3", "iso_numeric", "cow", "cow_code", "gw", "gw_code", "vdem")
NAMES = ("country.name.en", "iso.name.en", "un.name.en", "cow.name", "vdem.name")
ADDED: dict[str, tuple[str, ...]] = {
    "BIH": ("Bosnia-Herzegovina", "Bosnia and Herz."),
    "BLR": ("Belarus (Byelorussia)",),
    "CZE": ("Czech Rep.",),
    "KGZ": ("Kyrgyz Republic", "Kyrgyz Rep."),
    "MDA": ("Moldova, Republic of",),
    "MKD": (
        "Macedonia, FYR",
        "Macedonia (Former Yugoslav Republic of)",
        "Macedonia (FYROM/North Macedonia)",
        "Macedonia, the former Yugoslav Republic of",
        "TFYR Macedonia",
        "FYR of Macedonia",
    ),
    "ROU": ("Rumania", "ROM"),
    "RUS": ("Russia (Soviet Union)",),
    "SRB": ("Yugoslavia (Serbia)", "Yugoslavia", "YUG"),
    "SVK": ("Slovak Republic", "Slovak Rep."),
    "XKX": (
        "Kosovo (under United Nations Security Council Resolution 1244/99)",
        "Kosovo (under UNSCR 1244/99)",
        "Kosovo (UNSCR 1244)",
        "Kosovo under UNSCR 1244",
        "Kosovo, UN resolution 1244",
        "UNK",
        "KSV",
        "XKV",
        "XKS",
        "XKO",
    ),
}
SERBIA_IN_COW = {"cow": "345", "cow_code": "YUG"}
"""The state system of Correlates of War goes on with the number of Yugoslavia."""


def rows() -> list[dict[str, str]]:
    """Return one row a country of ISO 3166 and Kosovo."""
    table = pickle.loads((files("countrycode") / "data" / "codelist.pickle").read_bytes())
    text = (files("country_converter") / "country_data.tsv").read_text(encoding="utf-8")
    converter = {row["ISO3"]: row for row in csv.DictReader(text.splitlines(), delimiter="\t")}
    result = []
    for at, iso3 in enumerate(table["iso3c"]):
        iso3 = iso3 or ("XKX" if table["country.name.en"][at] == "Kosovo" else "")
        if not iso3:
            continue
        names = [table[column][at] for column in NAMES]
        if row := converter.get(iso3):
            names += [row["name_short"], row["name_official"]]
        if country := pycountry.countries.get(alpha_3=iso3):
            names += [getattr(country, n, "") for n in ("name", "official_name", "common_name")]
        names = dict.fromkeys(str(n) for n in (*names, *ADDED.get(iso3, ())) if isinstance(n, str))
        columns = ("iso3n", "cown", "cowc", "gwn", "gwc", "vdem")
        codes = [iso3, *("" if table[c][at] is None else str(table[c][at]) for c in columns)]
        line = dict(zip(CODES, codes, strict=True)) | {"names": " | ".join(n for n in names if n)}
        result.append(line | (SERBIA_IN_COW if iso3 == "SRB" else {}))
    return sorted(result, key=lambda row: row["iso3"])


if __name__ == "__main__":
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, (*CODES, "names"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())
