"""Names, addresses and numbers of people who do not exist: what a sample district is made of.

Addresses end in reserved domains and numbers lie in the range kept for fiction as long as it lasts, so that a sample
that leaves the house reaches nobody.
"""

from typing import Final

from attrs import frozen


@frozen
class Culture:
    """First and last names that go together, of one script.

    Attributes:
        weight: How often a family has such names.
        firsts: First names.
        lasts: Last names.
    """

    weight: int
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]


CULTURES: Final = (
    Culture(
        60,
        (
            "Aaliyah", "Amanda", "Andre", "Angela", "Anthony", "Ashley", "Brandon", "Brian", "Brittany", "Caleb",
            "Carla", "Christine", "Courtney", "Daniel", "Darius", "David", "Deborah", "Denise", "Derek", "Elena",
            "Emily", "Eric", "Erin", "Gary", "Grace", "Hannah", "Heather", "Jacob", "Jamal", "James", "Jasmine",
            "Jean-Paul", "Jennifer", "Jessica", "Joel", "Jordan", "Joshua", "Karen", "Keisha", "Kevin", "Kimberly",
            "Kyle", "Laura", "Linda", "Marcus", "Mary Ann", "Megan", "Michael", "Nancy", "Nathan", "Nicole", "Olivia",
            "Patricia", "Paul", "Rachel", "Rebecca", "Robert", "Ruth", "Samantha", "Sarah", "Sean", "Stephanie",
            "Steven", "Susan", "Tanya", "Teresa", "Thomas", "Tiffany", "Tyler", "Vanessa", "Victoria", "William",
        ),
        (
            "Adams", "Allen", "Anderson", "Baker", "Bennett", "Brooks", "Brown", "Campbell", "Carter", "Clark",
            "Coleman", "Collins", "Cooper", "Cox", "D'Angelo", "Davis", "Diaz-Ford", "Edwards", "Evans", "Fisher",
            "Foster", "Graham", "Gray", "Green", "Hall", "Harris", "Hayes", "Henderson", "Hill", "Howard", "Hughes",
            "Jackson", "Jenkins", "Johnson", "Jones", "Kelly", "King", "Lewis", "Long", "Martin", "McDonald", "Miller",
            "Mitchell", "Moore", "Morgan", "Morris", "Murphy", "Myers", "Nelson", "O'Brien", "O'Connor", "Parker",
            "Patterson", "Perry", "Peterson", "Phillips", "Powell", "Price", "Reed", "Richardson", "Roberts",
            "Robinson", "Rogers", "Ross", "Russell", "Sanders", "Scott", "Simmons", "Smith", "Stewart", "Taylor",
            "Thompson", "Turner", "Van Dyke", "Walker", "Ward", "Washington", "Watson", "White", "Williams", "Wilson",
            "Wood", "Wright", "Young",
        ),
    ),
    Culture(
        24,
        (
            "Alejandro", "Ana", "Andrés", "Ángel", "Beatriz", "Begoña", "Carlos", "César", "Concepción", "Daniela",
            "Elías", "Fernanda", "Gabriela", "Germán", "Inés", "Isabel", "Iván", "Jesús", "José", "Jose", "Juan",
            "Lucía", "Luis", "Mariana", "María", "María José", "Martín", "Miguel", "Mónica", "Óscar", "Paola", "Raúl",
            "Ramón", "Rocío", "Sofía", "Tomás", "Verónica", "Ximena",
        ),
        (
            "Acuña", "Álvarez", "Castillo", "Cruz", "Delgado", "Díaz", "Fernández", "Flores", "García", "Garcia",
            "Gómez", "González", "Gutiérrez", "Hernández", "Herrera", "Jiménez", "López", "Martínez", "Mendoza",
            "Morales", "Muñoz", "Núñez", "Ortega", "Ortiz", "Peña", "Pérez", "Quiñones", "Ramírez", "Ramos", "Reyes",
            "Rivera", "Rodríguez", "Ruiz", "Sánchez", "Torres", "Vásquez", "de la Cruz",
        ),
    ),
    Culture(
        5,
        (
            "Đức", "Hạnh", "Hương", "Khánh", "Lan", "Linh", "Mai", "Minh", "Ngọc", "Phúc", "Quang", "Thảo", "Thị Hoa",
            "Trang", "Tuấn", "Vân", "Việt", "Xuân",
        ),
        ("Bùi", "Đặng", "Đỗ", "Hoàng", "Huỳnh", "Lê", "Lý", "Ngô", "Nguyễn", "Phạm", "Phan", "Trần", "Võ", "Vũ"),
    ),
    Culture(
        5,
        (
            "Agnieszka", "Ágnes", "Božena", "Dragoș", "Elżbieta", "František", "Györgyi", "Ionuț", "Jiří", "Łukasz",
            "Małgorzata", "Ondřej", "Șerban", "Šárka", "Tomáš", "Zoltán", "Željko",
        ),
        (
            "Červenka", "Dvořák", "Ionescu", "Kovačević", "Kowalczyk", "Lőrincz", "Nagy", "Novák", "Popović",
            "Stănescu", "Szűcs", "Wiśniewski", "Wójcik", "Żukowski",
        ),
    ),
    Culture(
        2,
        ("Анна", "Борис", "Елена", "Иван", "Нина", "Ольга", "Сергей", "Юлия"),
        ("Бондаренко", "Волкова", "Кравченко", "Петренко", "Попова", "Шевченко"),
    ),
    Culture(2, ("伟", "芳", "秀英", "娜", "敏", "静", "丽", "强"), ("王", "李", "张", "刘", "陈", "杨", "黄", "赵")),
    Culture(2, ("محمد", "فاطمة", "أحمد", "مريم", "يوسف", "ليلى"), ("الحسن", "حداد", "خوري", "نجار", "منصور")),
)  # fmt: skip
"""The names of a district in the United States, most frequent first."""

SCHOOLS: Final = (
    "Cedar Grove Elementary", "Eastside Elementary", "Harriet Tubman Elementary", "Lakeview Elementary",
    "Lincoln Middle", "Mission Creek Middle", "Roosevelt High", "Sierra Vista High",
)  # fmt: skip
"""The schools of a sample district."""

DOMAINS: Final = ("example.com", "example.net", "example.org", "mail.example", "post.example")
"""Where people have their addresses: all reserved, none can be delivered to."""

STAFF_DOMAIN: Final = "district.example"
"""Where staff have theirs, unless they use their own."""

AREA_CODES: Final = (
    "201", "202", "203", "206", "207", "208", "209", "212", "213", "214", "215", "216", "217", "218", "219", "301",
    "302", "303", "304", "305", "307", "308", "309", "310", "312", "313", "314", "315", "316", "317", "318", "319",
    "401", "402", "404", "405", "406", "407", "408", "409", "410", "412", "413", "414", "415", "417", "419", "501",
    "502", "503", "504", "505", "507", "508", "509", "510", "512", "513", "515", "516", "517", "518", "601", "602",
    "603", "605", "606", "607", "608", "609", "610", "612", "614", "615", "616", "617", "618", "619",
)  # fmt: skip
"""Area codes of the United States."""

LANGUAGES: Final = ("", "", "", "en", "English", "es", "Spanish", "vi", "zh")
"""How exports name a language, or do not."""

FICTIONAL: Final = 100
"""How many numbers of each area code are kept for fiction: 555-0100 to 555-0199."""

EXCHANGES: Final = tuple(str(code) for code in range(220, 990) if code % 100 != 11 and code not in {555, 950, 958, 959})  # noqa: PLR2004 - numbering plan
"""The exchanges that follow when the numbers for fiction are used up."""


def ten_digits(serial: int) -> str:
    """The mobile number of that serial, as ten digits: a number of its own for every serial, all valid.

    Args:
        serial: From 0; there are over 590 million.
    """
    nth, area = divmod(serial, len(AREA_CODES))
    if nth < FICTIONAL:
        return f"{AREA_CODES[area]}55501{nth:02}"
    line, exchange = divmod(nth - FICTIONAL, len(EXCHANGES))
    return f"{AREA_CODES[area]}{EXCHANGES[exchange]}{line:04}"
