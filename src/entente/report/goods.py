"""Short names of the chapters of the Harmonized System, for tables and charts."""

from typing import Final

from entente.language import marked, phrase

_NAMELESS: Final = marked("Chapter")
CHAPTER_NAMES: Final = {
    "01": "Live animals", "02": "Meat", "03": "Fish", "04": "Dairy, eggs and honey",
    "05": "Other animal products", "06": "Plants and cut flowers", "07": "Vegetables",
    "08": "Fruit and nuts", "09": "Coffee, tea and spices", "10": "Cereals",
    "11": "Milled grain, malt and starch", "12": "Oil seeds", "13": "Gums and resins",
    "14": "Plaiting materials", "15": "Fats and oils", "16": "Prepared meat and fish",
    "17": "Sugar and sweets", "18": "Cocoa and chocolate", "19": "Bakery and cereal foods",
    "20": "Prepared vegetables and fruit", "21": "Other prepared foods",
    "22": "Drinks and vinegar", "23": "Animal feed", "24": "Tobacco",
    "25": "Salt, stone and cement", "26": "Ores", "27": "Oil, gas and coal",
    "28": "Inorganic chemicals", "29": "Organic chemicals", "30": "Medicines",
    "31": "Fertilisers", "32": "Dyes and paints", "33": "Perfumes and cosmetics",
    "34": "Soaps and waxes", "35": "Starches and glues", "36": "Explosives",
    "37": "Photographic goods", "38": "Other chemicals", "39": "Plastics", "40": "Rubber",
    "41": "Hides and leather", "42": "Leather goods", "43": "Furs", "44": "Wood",
    "45": "Cork", "46": "Basketwork", "47": "Wood pulp", "48": "Paper and board",
    "49": "Printed matter", "50": "Silk", "51": "Wool", "52": "Cotton",
    "53": "Other plant fibres", "54": "Man-made filaments", "55": "Man-made staple fibres",
    "56": "Wadding, felt and rope", "57": "Carpets", "58": "Special woven fabrics",
    "59": "Coated fabrics", "60": "Knitted fabrics", "61": "Knitted clothing",
    "62": "Clothing, not knitted", "63": "Other textile articles", "64": "Footwear",
    "65": "Hats", "66": "Umbrellas", "67": "Feathers and artificial flowers",
    "68": "Stone and cement articles", "69": "Ceramics", "70": "Glass",
    "71": "Precious metals and jewellery", "72": "Iron and steel", "73": "Iron and steel articles",
    "74": "Copper", "75": "Nickel", "76": "Aluminium", "78": "Lead", "79": "Zinc", "80": "Tin",
    "81": "Other base metals", "82": "Tools and cutlery", "83": "Other metal articles",
    "84": "Machinery and computers", "85": "Electrical equipment", "86": "Railway equipment",
    "87": "Vehicles and parts", "88": "Aircraft", "89": "Ships and boats",
    "90": "Instruments and medical devices", "91": "Clocks and watches",
    "92": "Musical instruments", "93": "Arms", "94": "Furniture and lamps",
    "95": "Toys and sports goods", "96": "Other manufactures", "97": "Art and antiques",
    "98": "Special provisions", "99": "Special imports",
}  # fmt: skip


def chapter(code: str) -> str:
    """Name a chapter with its number.

    >>> chapter("07")
    'Vegetables (07)'
    """
    return f"{phrase(CHAPTER_NAMES.get(code, _NAMELESS))} ({code})"
