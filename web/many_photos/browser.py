"""What runs in the browser alone, without a request."""

from __future__ import annotations

import json

from web import states
from web.many_photos.scan import WORKING, stopped

_HIDE = "{__type__: 'update', visible: false}"
_SHOW = "{__type__: 'update', visible: true}"
_SAME = "{__type__: 'update'}"

# The rows arrive in the middle of this; Gradio leaves the rest of it standing, so the focus stays, too.
TABLE = """<table class="faces"><thead><tr><th scope="col">Face</th>
<th scope="col" aria-sort="none" data-key="photo"><button type="button">Photo</button></th>
<th scope="col" aria-sort="none" data-key="rank"><button type="button">Answer</button></th>
<th scope="col" aria-sort="none" data-key="probability"><button type="button">Fake</button></th>
</tr></thead><tbody>${value}</tbody></table>"""

# For the table. What has no probability comes last either way; equals are in the order of their names. New rows arrive
# unsorted, and with them Gradio takes back what was sorted before.
SORT = """const table = () => element.querySelector('table');
const text = (row) => row.querySelector('th').textContent;
const named = new Intl.Collator(undefined, {numeric: true}).compare;
const keys = {
    photo: {first: 'ascending', compare: (a, b, sign) => sign * named(text(a), text(b))},
    rank: {first: 'ascending', compare: (a, b, sign) => sign * (a.dataset.rank - b.dataset.rank)},
    probability: {first: 'descending', compare: (a, b, sign) => {
        const [one, other] = [a.dataset.probability, b.dataset.probability];
        return one && other ? sign * (one - other) : Boolean(other) - Boolean(one);
    }},
};
let key = null, direction = null;
const sort = () => {
    const body = table().tBodies[0];
    if (!body.rows.length) key = null;
    for (const header of table().querySelectorAll('th[data-key]'))
        header.setAttribute('aria-sort', header.dataset.key === key ? direction : 'none');
    if (!key) return;
    const sign = direction === 'ascending' ? 1 : -1;
    const rows = [...body.rows].sort((a, b) => keys[key].compare(a, b, sign) || named(text(a), text(b)));
    body.append(...rows);
};
element.addEventListener('click', (event) => {
    const header = event.target.closest('th[data-key]');
    if (!header || !event.target.closest('button')) return;
    const other = direction === 'ascending' ? 'descending' : 'ascending';
    direction = key === header.dataset.key ? other : keys[header.dataset.key].first;
    key = header.dataset.key;
    sort();
});
watch('value', sort);"""

# A turn, as `web.turns` counts them: a new scan, or new files, are a new photo, and stopping is a new map of it.
_NEXT_SCAN = "const turn = (window.unmaskScan ??= {scan: 0, stop: 0}); turn.scan++; turn.stop++;"
_NEXT_STOP = "const turn = (window.unmaskScan ??= {scan: 0, stop: 0}); turn.stop++;"
_TURN = "`${window.unmaskScan.scan}.${window.unmaskScan.stop}`"
_TELL = "setTimeout(() => document.getElementById('scan-tell').click());"
TURN = f"() => {_TURN}"
TURN_AND_FILES = f"(_, files) => [{_TURN}, files]"

# For the progress, the results, the table, the CSV and the button that stops: old rows never stand beside new files.
EMPTY = f"() => {{ {_NEXT_SCAN} {_TELL} return ['', {_HIDE}, '', '', {_HIDE}]; }}"
START = f"""() => {{
    if (document.getElementById('scan-stop')) return [{", ".join([_SAME] * 5)}];
    {_NEXT_SCAN}
    setTimeout(() => document.getElementById('scan-run').click());
    return [{json.dumps(WORKING)}, {_HIDE}, '', '', {_SHOW}];
}}"""
# For the progress and the button that stops. The server says when it has; before the first rows it may still be waiting
# for its place and say so late.
STOP = f"""() => {{
    {_NEXT_STOP} {_TELL}
    if (!document.querySelector('#scan-progress [role=progressbar]')) return [{json.dumps(stopped(0, 0))}, {_HIDE}];
    return [{_SAME}, {{__type__: 'update', value: 'Stopping …', interactive: false}}];
}}"""
# For the progress and the button that stops: the queue was full, or the server is gone. Rows that have come stay.
UNANSWERED = f"() => [{json.dumps(states.failure(states.UNANSWERED))}, {_HIDE}]"
# The button that stops goes when there is nothing to be stopped, and must not take the focus along.
KEEP_FOCUS = """() => {
    if (document.activeElement === document.body) document.getElementById('scan').focus({preventScroll: true});
}"""

DOWNLOAD = """(csv) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv], {type: 'text/csv;charset=utf-8'}));
    link.download = 'unmask.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}"""
