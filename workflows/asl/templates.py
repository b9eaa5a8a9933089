"""Payload templates (Parameters, ResultSelector) and the paths of a state, read against data."""

from typing import Any

from workflows.asl import intrinsics, paths
from workflows.asl.errors import RESULT_PATH_MATCH_FAILURE, RUNTIME, StateFailure
from workflows.asl.paths import JSON, NoMatch, Path


class View:
    """The data a state looks at: its input, and the context object behind `$$`."""

    def __init__(self, data: JSON, context: dict[str, Any]) -> None:
        self.data = data
        self.context = context

    def over(self, data: JSON) -> "View":
        """The same context with other data."""
        return View(data, self.context)

    def look(self, path: Path) -> JSON:
        """What the path leads to. Raises StateFailure(States.Runtime) when nowhere."""
        try:
            return paths.read(path, self.context if path.context else self.data)
        except NoMatch:
            raise StateFailure(
                RUNTIME, f"The JSONPath '{path.text}' could not be found in the data."
            ) from None

    def expression(self, text: str) -> JSON:
        """A path's or an intrinsic function's value."""
        if text.startswith("$"):
            return self.look(paths.parse(text))
        return intrinsics.evaluate(intrinsics.parse_call(text), self.look)

    def fill(self, template: JSON) -> JSON:
        """The template with each `name.$` replaced by `name` and the value it asks for."""
        if isinstance(template, dict):
            return dict(self._filled(key, value) for key, value in template.items())
        if isinstance(template, list):
            return [self.fill(item) for item in template]
        return template

    def _filled(self, key: str, value: JSON) -> tuple[str, JSON]:
        if key.endswith(".$"):
            return key.removesuffix(".$"), self.expression(value)
        return key, self.fill(value)


def put(data: JSON, result_path: str | None, result: JSON) -> JSON:
    """The data with the result where ResultPath says; null throws the result away."""
    if result_path is None:
        return data
    try:
        return paths.place(paths.parse_reference(result_path), data, result)
    except NoMatch:
        raise StateFailure(
            RESULT_PATH_MATCH_FAILURE,
            f"Unable to apply ResultPath '{result_path}' to the state's input.",
        ) from None
