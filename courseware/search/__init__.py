"""Finding words again: lessons, their sections and glossary terms of a person's own courses.

Owns an index that can be thrown away and filled anew at any time, the search page and the glossary
pages. Must not: show anything of a course the person is not on, or quote hard material.
"""
