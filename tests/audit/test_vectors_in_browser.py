"""The browser's modules against the vectors that verify_audit.py is held to."""

import json

import pytest

from tests.audit import make_vectors

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

RUN = """async ([act, given]) => {
    const from = (name) => import(`/static/js/verify/${name}.js`);
    const bytes = await from("bytes");
    const acts = {
        receipt: async ({ receipt, trusted }) => {
            const { verifyReceipt } = await from("receipts");
            const report = new (await from("report")).Report();
            await report.look("x", () => verifyReceipt(receipt, { trusted }, report));
            return report.wrong;
        },
        export: async (said) => {
            const { verifyExport } = await from("exports");
            const report = new (await from("report")).Report();
            const encoded = ([name, text]) => [name, bytes.utf8(text)];
            const files = new Map(Object.entries(said).map(encoded));
            await report.look("x", () => verifyExport(files, {}, report));
            return report.wrong;
        },
        note: async ({ note, vkey }) => {
            const { open, readKey } = await from("notes");
            return Boolean(await open(note, [await readKey(vkey)]));
        },
        box: async ({ box, key }) => {
            try {
                return await (await from("boxes")).unlock(box, key);
            } catch {
                return null;
            }
        },
        paths: async (cases) => {
            const { rootOf } = await from("tree");
            const wrong = [];
            for (const { leaf, index, size, proof, root } of cases) {
                const path = proof.map(bytes.fromBase64);
                const found = await rootOf(bytes.fromBase64(leaf), index, size, path);
                if (!found || bytes.toBase64(found) !== root) wrong.push([index, size]);
            }
            return wrong;
        },
    };
    return acts[act](given);
}"""


def vectors(name):
    return json.loads((make_vectors.FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def named(cases):
    return {"argvalues": cases, "ids": [case["name"] for case in cases]}


@pytest.fixture
def run(open_browser):
    page = open_browser()
    page.goto("/audit/verify/")
    return lambda act, given: page.evaluate(RUN, [act, given])


@pytest.mark.parametrize("case", **named(vectors("receipts")))
def test_receipts(run, case):
    given = {"receipt": case["receipt"], "trusted": " ".join(case["trusted"])}

    assert bool(run("receipt", given)) == bool(case["codes"])


@pytest.mark.parametrize("case", **named(vectors("exports")))
def test_exports(run, case):
    assert bool(run("export", case["files"])) == bool(case["codes"])


@pytest.mark.parametrize("case", **named(vectors("notes")))
def test_notes(run, case):
    assert run("note", {"note": case["note"], "vkey": case["vkey"]}) == case["verifies"]


@pytest.mark.parametrize("case", **named(vectors("boxes")["cases"]))
def test_boxes(run, case):
    assert run("box", {"box": case["box"], "key": case["key"]}) == case.get("values")


def test_every_path_leads_to_its_root(run):
    assert run("paths", vectors("tree")["inclusion"]) == []
