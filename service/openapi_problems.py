"""How problems are described in the OpenAPI document, each with the problem itself as its example."""

from typing import Any

from service import problems
from service.errors import RequestError
from service.schemas import Problem

Responses = dict[str, dict[str, Any]]


def of_error(description: str, error: RequestError) -> Responses:
    """The response of an error."""
    responses = of_problem(description, problems.of_error(error))
    if error.headers:
        responses[str(error.status)]["headers"] = {
            name: {"schema": {"type": "integer" if value.isdecimal() else "string"}, "example": value}
            for name, value in error.headers.items()
        }
    return responses


def of_problem(description: str, problem: Problem) -> Responses:
    """The response of a problem."""
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem.model_dump()}
    return {str(problem.status): {"description": description, "content": {problems.MEDIA_TYPE: content}}}
