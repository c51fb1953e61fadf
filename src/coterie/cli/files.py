"""Commands about files of facts: load, quality."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coterie.cli.cells import heading
from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, YesOption, workspace
from coterie.cli.screen import LOCALE, bars, confirm, is_answered, language
from coterie.cli.show import console, print_json, print_table, show
from coterie.domain import LoadResult, Mapping, Proposal
from coterie.errors import Refused
from coterie.words import joined, say, sentence
from coterie.workspace import Workspace

KindOption = Annotated[
    str | None,
    typer.Option("--kind", help=say("What the rows are: orders, order_lines, customers, products …", LOCALE)),
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help=say("A mapping file to use instead of the proposal.", LOCALE))
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help=say("Correct the proposal: FIELD=COLUMN, or FIELD.date_format=%d/%m/%Y.", LOCALE)),
]
SourceOption = Annotated[
    str | None, typer.Option("--source", help=say("Name of the source; by default the name of the file.", LOCALE))
]

QUALITY_COLUMNS = ("severity", "source", "table", "column", "dimension", "checked", "failing", "finding")


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("load", help=say("Load a file: see what it is, confirm, done.", language()))(load)
    app.command("quality", help=say("Data quality per source and column.", language()))(quality)


def load(
    file: Annotated[
        Path, typer.Argument(help=say("CSV, TSV, JSON Lines, Parquet or Excel; plain, gzip, zstd or zip.", LOCALE))
    ],
    folder: WorkspaceOption = None,
    kind: KindOption = None,
    mapping: MappingOption = None,
    corrections: SetOption = None,
    source: SourceOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        proposal = ws.propose(file, kind=kind, mapping=mapping, source=source, corrections=corrections or ())
        # Nothing to agree to where nothing is changed: a dry run counts with what is proposed.
        agreed = _agree(ws, file, proposal, yes=yes or dry_run, quiet=as_json)
        with bars(quiet=as_json) as progress:
            first, *further = [ws.load(file, mapping=each, dry_run=dry_run, progress=progress) for each in agreed]
        if as_json:
            print_json(first.model_copy(update={"further": tuple(further)}))
            return
        for result in (first, *further):
            if further:
                console().print(f"{result.kind} ({result.source})", style="bold")
            show_load(result)


def _agree(ws: Workspace, file: Path, proposal: Proposal, *, yes: bool, quiet: bool) -> list[Mapping]:
    """The mappings that are to be loaded, agreed to one by one and then together."""
    found = (proposal, *proposal.further)
    if not quiet:
        for each in found:
            show_proposal(file, each)
    agreed = [_settle(ws, each, yes=yes, quiet=quiet) for each in found]
    if not yes and is_answered() and not all(_is_sure(each) for each in found):
        confirm(say("Load it like this?", language()), default=True)
    return agreed


def _is_sure(proposal: Proposal) -> bool:
    return proposal.confidence == 1 and not proposal.questions


def _settle(ws: Workspace, proposal: Proposal, *, yes: bool, quiet: bool) -> Mapping:
    """The proposal's mapping, once its questions are answered."""
    mapping = proposal.mapping
    if yes or _is_sure(proposal):
        return mapping
    if not is_answered():
        for question in proposal.questions:
            ways = (" ".join(f"--set {each}" for each in question.corrections(o)) for o in question.options)
            raise Refused(
                sentence(
                    "{question} Answer with {ways}, or take the proposal with --yes",
                    question=question.text,
                    ways=joined(ways, " or "),
                )
            )
        if quiet:
            return mapping
        raise Refused("the proposal has to be confirmed: add --yes, or correct it with --set FIELD=COLUMN")
    for question in proposal.questions:
        for number, option in enumerate(question.options, 1):
            console().print(f"  {number}. {option}")
        choice = typer.prompt(question.text, type=int, default=1)
        if not 1 <= choice <= len(question.options):
            raise Refused(sentence("{choice} is none of the choices", choice=choice))
        mapping = ws.answer(mapping, question, question.options[choice - 1])
    return mapping


def show_proposal(file: Path, proposal: Proposal) -> None:
    """Print how the columns of ``file`` would be read, with an example of each."""
    mapping = proposal.mapping
    console().print(
        say(
            "{file} looks like {kind} (confidence {confidence:.0%}).",
            language(),
            file=file.name,
            kind=mapping.kind,
            confidence=proposal.confidence,
        )
    )
    rows: list[dict[str, object]] = []
    for name, field in mapping.fields.items():
        rows.append(
            {
                "field": name,
                "column": " + ".join(field.columns) or f"= {field.constant}",
                "example": next((row[c] for row in proposal.sample for c in field.columns if row.get(c)), None),
                "why": proposal.reasons.get(name, ""),
            }
        )
    print_table(rows)
    if mapping.extras:
        console().print(say("kept as they are: {columns}", language(), columns=", ".join(mapping.extras)))
    if mapping.ignored:
        console().print(say("left out: {columns}", language(), columns=", ".join(mapping.ignored)))
    for note in proposal.notes:
        console().print(note)


def show_load(result: LoadResult) -> None:
    """Print what became of the rows, in a sentence and the reasons for refusals."""
    sentence = say(
        "{rows:,} {rows|row|rows}: {accepted:,} accepted ({unchanged:,} {unchanged|was|were} here already, {updated:,} updated), {refused:,} refused,"
        " in {seconds:.1f} s.",
        language(),
        **{name: getattr(result, name) for name in ("rows", "accepted", "unchanged", "updated", "refused", "seconds")},
    )
    console().print((say("Nothing was changed. ", language()) if result.dry_run else "") + sentence)
    for note in result.notes:
        console().print(note)
    if result.refused:
        print_table([{"reason": heading(code), "rows": n} for code, n in result.reasons.items()])
        console().print(
            say(
                "See them with `coterie quarantine list`; load them again with `coterie quarantine replay`.", language()
            )
        )


def quality(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(
            ws.quality(lang=language()), as_json=as_json, title=say("Data quality", language()), columns=QUALITY_COLUMNS
        )
