"""The words of the fictional force: units, names, accounts. Nobody here exists.

Family names are trees, birds and stones, so that nobody can be mistaken for a real officer.
"""

from dataclasses import dataclass

PASSWORD = "a calm river in norland"  # noqa: S105 - printed at every start of the demo
DOMAIN = "norland.example"

#: Region → stations.
REGIONS: dict[str, tuple[str, ...]] = {
    "North region": ("Fjordby station", "Granite Hill station", "Lakeside station"),
    "Middle region": ("Old Harbour station", "Riverbend station", "Training academy"),
    "South region": ("Cape station", "Heath station", "Vineyard station"),
}

GIVEN = (
    "Alva Bela Cato Dina Edon Fenna Goran Hana Ilir Jora Kaia Lior Mira Nilo Oona Pavle Quirin "
    "Runa Senja Taro Una Vito Wanda Xenia Ylva Zeno Arlo Brisa Cosmo Delia Elio Freya Gwil Henka "
    "Ivo Jarle Kirsi Luan Malo Nadja"
).split()
FAMILY = (
    "Birch Heron Slate Rowan Finch Granite Alder Plover Basalt Linden Wren Marble Hazel Kestrel "
    "Flint Willow Dunlin Opal Juniper Swift Quartz Aspen Curlew Jasper Maple Teal Garnet Cedar "
    "Lapwing Agate Hawthorn Siskin Onyx Larch Osprey Beryl Sorrel Tern Topaz Elmwood"
).split()


@dataclass(frozen=True)
class Account:
    """A demo account that is printed at the start. All share PASSWORD."""

    login: str  # the part before @; a service number where there is no e-mail
    role: str
    given: str
    family: str
    unit: str
    says: str
    scope: str = ""  # unit of the grant; empty: the whole force


ACCOUNTS: tuple[Account, ...] = (
    Account("trainee", "trainee", "Alva", "Birch", "Fjordby station", "has one course due"),
    Account("halfway", "trainee", "Bela", "Heron", "Fjordby station", "is in the middle of it"),
    Account("certified", "trainee", "Cato", "Slate", "Old Harbour station", "has a certificate"),
    Account("N-1001", "trainee", "Dina", "Rowan", "Cape station", "has no e-mail address"),
    Account("instructor", "instructor", "Edon", "Finch", "Training academy", "answers for C0"),
    Account(
        "reviewer", "reviewer", "Fenna", "Granite", "Training academy",
        "sees what a draft changes, and approves or returns it",
    ),
    Account(
        "supervisor", "supervisor", "Goran", "Alder", "Fjordby station",
        "leads a station and sees its completions", "Fjordby station",
    ),
    Account(
        "hr", "hr", "Hana", "Plover", "North region",
        "HR of one region: completions, export, records", "North region",
    ),
    Account(
        "auditor", "auditor", "Ilir", "Basalt", "",
        "searches the sealed audit trail and takes it out",
    ),
    Account("admin", "administrator", "Jora", "Linden", "", "runs the platform"),
)  # fmt: skip

RANKS = ("Trainee", "Constable", "Constable", "Sergeant")

SUPPORT: tuple[tuple[str, str, str, str], ...] = (
    ("Peer support Norland", "Colleagues who listen; they keep it to themselves.", "0000 100 200",
     "every day, 24 hours"),
    ("Occupational psychologist", "For a talk of an hour, in confidence.", "0000 100 300",
     "weekdays 8:00 to 18:00"),
)  # fmt: skip
