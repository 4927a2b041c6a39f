"""Questions in the formats of other systems, in and out: GIFT, Moodle XML, Aiken and CSV.

Everything below this package is pure: text in, plain values out. Nothing here asks a database,
a clock or the network, and nothing that comes from a file is believed: every text ends as inline
Markdown of our own, made from sanitised HTML.

    records     a question between two formats, findings with their line, a whole reading
    decoding    bytes to text: UTF-8, UTF-16, windows-1252
    markdown    plain words to our Markdown and back
    html        HTML to our Markdown, and what was left out on the way
    wording     one text of a file, in whatever format it says it has
    places      where a question belongs, written as tags
    completing  what a file left open, filled so that a question can be kept; faults with lines
    holding     how much of a question a format can hold, and what it cannot
    keeping     a question of ours with just what a file changes; retouching does it in one text
    recognising which of ours is meant where a format has no keys
    gift  gift_writing  moodle  moodle_rest  moodle_writing  xmltree  aiken  table     the formats
    formats     the list of them
"""
