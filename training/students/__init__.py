"""The student group: shallow encoders, boosted on the teacher's [CLS] vector, whose prefixes are models of their own.

Source of the recipe: ../shared/specs/student-parallelism.md 2.2 to 2.5; training/README.md, "The student graphs", says what is exported.
"""
