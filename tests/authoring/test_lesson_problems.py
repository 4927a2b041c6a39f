"""What is wrong with a lesson's text, said to an author who reads Spanish."""

import pytest
from django.utils import translation

from courseware.authoring.queries.findings import findings
from courseware.core.sentences import sentence
from courseware.courses.models import Edition
from lessons import bounded
from lessons.dialect import lint
from lessons.dialect.options import _ANY_OTHER
from lessons.models import LessonText
from tests.authoring.drafts_made import ready, small_draft
from tests.authoring.lesson_editing import Desk
from tests.cast import Cast
from tests.lessons.dialect.cast import resolver
from tests.lessons.readers import words
from tests.lessons.test_bounded_rendering import SLOW

_LEGAL = "/// legal | x\n    instrument: A\n    year: {}\n    status: {}\n\nx [@SRC-01]\n///"
_FIGURE = "/// figure | f.svg\n    {}\n    caption: b\n\nc\n///"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        # what the text refers to
        ("[@SRC-99]", "No hay ninguna fuente `SRC-99`."),
        ("[[none]]", "No hay ningún término del glosario `none`."),
        (_FIGURE.replace("f.svg", "no.svg").format("alt: a"), "No hay ninguna figura `no.svg`."),
        # lines
        ("a\u202eb", "Un carácter invisible invierte el sentido de la lectura."),
        ("x <b>y</b>", "El HTML se muestra como texto; use Markdown o una directiva."),
        ("[x](javascript:100%s)", "Este enlace no se conserva: 'javascript:100%s'."),
        ("```\nx\n```", "no se admiten; sangre las líneas con cuatro espacios."),
        ("x\n{: .big}", "Entre llaves solo se conservan `lang=…` y `dir=…`."),
        # headings and lists
        ("## a\n\n#### b", "El título de apartado salta del nivel 2 al 4."),
        ("##Near", "Ponga un espacio después de los signos `#`."),
        ("Text:\n- a", "Una lista necesita una línea en blanco antes; aquí se lee como texto."),
        # directives
        ("/// note\nx", "`note` no se cierra nunca."),
        ("x\n\n///", "`///` no cierra nada."),
        ("/// nothing\nx\n///", "No existe la directiva `nothing`; existen: call, "),
        ("/// note\n///", "`note` no tiene texto."),
        ("/// model\nx\n///", "`model` solo puede estar directamente dentro de: `practice`, "),
        ("/// scenario\nx\n///", "después de una barra vertical: `/// scenario | …`."),
        ("//// self-check | q\n/// note\nx\n///\n////", "`note` no puede estar dentro de"),
        (_LEGAL.format(2020, "agreed"), "`agreed` necesita su fecha, `checked`; si no, escriba"),
        # options
        ("/// figure | f.svg\n    caption: b\n\nc\n///", "`figure` necesita la opción `alt`."),
        (_FIGURE.format("alt: ''"), "`alt` de `figure` no debe estar vacío."),
        (_LEGAL.format(1492, "agreed"), "`year` de `legal` debe ser 1800 o más."),
        (_LEGAL.format(2020, "old"), "uno de estos valores: 'in force', 'agreed', 'proposed', "),
        (
            _FIGURE.format("alt: a: b"),
            "ponga entre comillas las palabras que contengan dos puntos.",
        ),
        (_FIGURE.format("alt: 'a"), "No es YAML válido: hay comillas abiertas y sin cerrar."),
        (_FIGURE.format("alt: a\n    alt: b"), "`alt` aparece dos veces."),
        # what would be too costly
        ("a\n\n" + "[" * 50, "Hay más de 12 corchetes abiertos y sin cerrar."),
        ("/// note\n\n" * 5, "quizá a `note`, de la línea 1, le falte el final."),
        ("x" * 70_000, "El texto tiene 70000 bytes; el máximo es 65536. Divídalo."),
    ],
)
def test_each_kind_of_problem_is_said_in_spanish(source: str, said: str) -> None:
    found = lint(source, resolver())
    with translation.override("es"):
        spoken = [sentence(problem.message, dict(problem.params)) for problem in found]
        english = [problem.english for problem in found]
    assert any(said in one for one in spoken), spoken
    assert not set(spoken) & set(english), "every one of them is translated"


@pytest.mark.parametrize(
    "options",
    [
        *(f"year: {year}" for year in ("soon", "1.5", "[1]", "1", "9999", "12345" * 1_000)),
        *(f"checked: {day}" for day in ("soon", "[1]", "2026-05-31 10:30:00", "true")),
        *(f"status: {status}" for status in ("old", "[1]", "1")),
        *(f"instrument: {words}" for words in ("''", "[1]", "true", "ab" * 151)),
        "other: 1",
    ],
)
def test_no_option_is_judged_in_words_of_the_validator(options: str) -> None:
    found = lint(f"/// legal | x\n    {options}\n\nx [@SRC-01]\n///", resolver())
    messages = [problem.message for problem in found if problem.code == "bad-option"]
    assert messages
    assert _ANY_OTHER not in messages


# ------------------------------------------------------------------ where it is read
@pytest.fixture
def desk(cast: Cast, cache_that_remembers: None) -> Desk:
    cast.ingrid.language = "es"
    cast.ingrid.save(update_fields=["language"])
    return Desk(ready(small_draft(cast.ingrid)), cast.ingrid)


@pytest.mark.django_db
def test_the_spanish_editor_is_spanish(desk: Desk) -> None:
    text = (
        "Fine.\n\n[@SRC-999] and <b>html</b>\n\n/// figure | none.svg\n    caption: c\n\nX.\n///\n"
    )
    assert desk.save(markdown=text).status_code == 302
    page = words(desk.get())
    assert 'data-line="3">Línea 3</a> No hay ninguna fuente `SRC-999`.' in page
    assert 'data-line="3">Línea 3</a> El HTML se muestra como texto' in page
    assert "`figure` necesita la opción `alt`." in page
    refused = desk.save(markdown="a\n\n" + "[" * 13)
    assert refused.status_code == 422
    assert "Línea 3: Hay más de 12 corchetes abiertos y sin cerrar." in words(refused)
    shown = words(desk.preview(markdown="a\n\n" + "[" * 13))
    assert "Línea 3: Hay más de 12 corchetes abiertos y sin cerrar." in shown


@pytest.mark.django_db
def test_that_a_text_takes_too_long_is_said_in_spanish(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "courseware.authoring.views.lessons.rendered",
        lambda *args: bounded.rendered(*args, seconds=0.1),
    )
    assert "Divida las tablas y los pasajes largos." in words(desk.preview(markdown=SLOW))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("A claim. [@S99]\n", "No hay ninguna fuente `S99`."),
        ("[" * 13, "Hay más de 12 corchetes abiertos y sin cerrar."),
        ("a[^1]\n\n[^1]: [^2]: x\n\n[^3]: y\n", "una nota a pie de página dentro de otra."),
    ],
)
def test_what_stops_a_review_is_said_in_spanish(desk: Desk, markdown: str, said: str) -> None:
    LessonText.objects.filter(pk=desk.text().pk).update(markdown=markdown)
    with translation.override("es"):
        found = [one.message for one in findings(Edition.objects.get(pk=desk.draft.pk))]
    assert any(said in message for message in found), found
