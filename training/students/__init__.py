"""The student group: shallow encoders, boosted on the teacher's [CLS] vector, whose prefixes are models of their own.

Source of the recipe: docs/students.md, "The recipe"; training/README.md, "The student graphs", says what is exported.
"""
