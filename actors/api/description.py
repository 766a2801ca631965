"""The OpenAPI document without a running server, for the studio's build and the docs."""

from __future__ import annotations

import json

from actors.api.app import create_app


async def describe() -> str:
    """The document as JSON text, always the same for the same code."""
    app = create_app(None)
    async with app.test_app():
        response = await app.test_client().get("/openapi.json")
        document = await response.get_json()
    return json.dumps(document, indent=2, sort_keys=True)
