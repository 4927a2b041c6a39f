"""Translations follow a changed structure: rows that stay keep their words."""

from typing import Any

from quizzes.engine.carrying import carried, places_before


def choice(*texts: str, right: int = 0, stem: str = "Stem?") -> dict[str, Any]:
    return {
        "stem": stem,
        "options": [
            {"text": text, "correct": index == right, "feedback": f"Why {text}"}
            for index, text in enumerate(texts)
        ],
    }


ENGLISH = choice("One", "Two", "Three")
SPANISH = choice("Uno", "Dos", "Tres", stem="¿Qué?")


def texts(content: dict[str, Any], name: str = "options", field: str = "text") -> list[str]:
    return [row[field] for row in content[name]]


def test_what_is_right_comes_from_the_structure() -> None:
    made = carried("single", choice("One", "Two", "Three", right=2), SPANISH)
    assert texts(made) == ["Uno", "Dos", "Tres"]
    assert [option["correct"] for option in made["options"]] == [False, False, True]
    assert made["stem"] == "¿Qué?"


def test_rows_take_their_words_along() -> None:
    new = choice("Three", "New", "One")
    made = carried("single", new, SPANISH, {"options": [2, None, 0]})
    assert texts(made) == ["Tres", "New", "Uno"]
    assert made["options"][1]["feedback"] == "Why New"


def test_a_text_that_both_have_optionally() -> None:
    with_feedback = {**ENGLISH, "feedback": "In general."}
    assert carried("single", with_feedback, SPANISH)["feedback"] == "In general."
    spanish = {**SPANISH, "feedback": "En general."}
    assert carried("single", with_feedback, spanish)["feedback"] == "En general."
    assert "feedback" not in carried("single", ENGLISH, spanish)


def test_accepted_forms_are_each_languages_own() -> None:
    english = {"stem": "S?", "accept": ["one", "1"], "model_answer": "one", "feedback": "F"}
    spanish = {**english, "accept": ["uno"], "model_answer": "uno"}
    made = carried("short", {**english, "accept": ["one", "1", "single"]}, spanish)
    assert made["accept"] == ["uno"]


def test_steps_are_rows_too() -> None:
    english = {"stem": "S?", "sequence": ["a", "b", "c"], "feedback": "F"}
    spanish = {**english, "sequence": ["x", "y", "z"]}
    new = {**english, "sequence": ["c", "a", "b"]}
    assert carried("ordering", new, spanish, {"sequence": [2, 0, 1]})["sequence"] == ["z", "x", "y"]


def pairs(*both: tuple[str, str]) -> dict[str, Any]:
    rows = [{"left": left, "right": right, "feedback": f"F {left}"} for left, right in both]
    return {"stem": "Match.", "pairs": rows}


def test_a_new_pair_with_a_known_right_side_gets_its_translation() -> None:
    spanish = pairs(("a", "Uno"), ("b", "Dos"))
    new = pairs(("A", "One"), ("B", "Two"), ("C", "One"))
    made = carried("matching", new, spanish, {"pairs": [0, 1, None]})
    assert texts(made, "pairs", "right") == ["Uno", "Dos", "Uno"]


def test_a_right_side_that_is_split_does_not_stay_one() -> None:
    spanish = pairs(("a", "Uno"), ("b", "Uno"), ("c", "Dos"))
    new = pairs(("A", "One"), ("B", "Another"), ("C", "Two"))
    made = carried("matching", new, spanish)
    assert texts(made, "pairs", "right") == ["Uno", "Another", "Dos"]


def test_parts_of_a_case_move_with_their_rows() -> None:
    def case(*parts: tuple[str, dict[str, Any]]) -> dict[str, Any]:
        return {
            "stem": "A case.",
            "parts": [{"key": key, "type": "single", **content} for key, content in parts],
        }

    new = case(("b", choice("Four", "Five")), ("a", choice("Two", "One", right=1)))
    spanish = case(("a", choice("Uno", "Dos")), ("b", choice("Cuatro", "Cinco")))
    origins = {"parts": [1, 0], "parts[0].options": [0, 1], "parts[1].options": [1, 0]}
    made = carried("scenario", new, spanish, origins)
    assert [part["key"] for part in made["parts"]] == ["b", "a"]
    assert texts(made["parts"][0]) == ["Cuatro", "Cinco"]
    assert texts(made["parts"][1]) == ["Dos", "Uno"]


def test_rows_of_an_older_state_are_known_by_their_words() -> None:
    mine = choice("Three", "One", "Brand new")
    assert places_before("single", mine, ENGLISH) == {"options": [2, 0, None]}
    english = {"stem": "S?", "sequence": ["a", "a", "b"], "feedback": "F"}
    assert places_before("ordering", english, english) == {"sequence": [0, 1, 2]}
