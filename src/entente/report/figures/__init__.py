"""The figures of a page, by subject: border, targets, tariff, people, law."""
