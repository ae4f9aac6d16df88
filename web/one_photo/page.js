// What runs in the visitor's browser. Every function that the page calls takes the values of an event's inputs, in the
// order in which web/one_photo/wiring.py lists them, and gives those of its outputs or, before a request, its inputs.
// `unmask.words` is filled by web/one_photo/script.py.
const unmask = {
    words: null,
    // A photo and a map of it are counted, so that the server can give up what is out of date (web/turns.py).
    photo: 0,
    map: 0,
    checking: false,
    choice: undefined,

    press(name) { setTimeout(() => document.getElementById(name).click()) },
    same() { return { __type__: 'update' } },
    hidden() { return { __type__: 'update', visible: false } },
    turn() { return `${this.photo}.${this.map}` },
    newPhoto() { this.photo += 1; this.newMap() },
    newMap() { this.map += 1; clearTimeout(this.choice); this.press('begin') },
    face() { return Number(document.querySelector('input[name=chosen-face]:checked')?.id.split('-').pop() ?? 1) },
    setStyle(name, value) { document.documentElement.style.setProperty(name, value) },
    setData(name, value) { document.documentElement.dataset[name] = value },

    // For the answer, the evidence, the method and its description: every check begins with the first method.
    check() {
        this.checking = true;
        this.setData('method', this.words.firstMethod);
        this.press('run');
        const [description] = this.words.methods[this.words.firstMethod];
        return [this.words.working, this.hidden(), this.words.firstMethod, description];
    },
    photoChanged(photo) {
        this.newPhoto();
        if (photo) return this.check();
        this.checking = false;
        return [this.words.empty, this.hidden(), this.same(), this.same()];
    },
    // Who presses the button while the photo is being checked has the answer soon.
    checkAgain(photo) {
        if (this.checking) return [this.same(), this.same(), this.same(), this.same()];
        if (!photo) return [this.words.noPhoto, this.hidden(), this.same(), this.same()];
        this.newPhoto();
        return this.check();
    },
    // For the answer and the evidence. An answer may have been on its way when its photo was taken away.
    showAnswer(photo) {
        if (!photo) return [this.words.empty, this.hidden()];
        const answer = document.getElementById('answer');
        if (answer.querySelector('.working')) return [this.same(), this.same()];
        this.checking = false;
        // On a phone the answer stands below the fold.
        if (answer.getBoundingClientRect().top > window.innerHeight * 0.6)
            answer.scrollIntoView({ behavior: 'smooth', block: 'start' });
        if (document.getElementById('evidence')?.checkVisibility()) {
            this.press('read-file');
            this.press('measure');
        }
        return [this.same(), this.same()];
    },
    // The queue was full, or the server is gone.
    sayUnanswered(photo) {
        this.checking = false;
        return [photo ? this.words.unanswered : this.words.empty, this.hidden()];
    },

    // For the description, both views and the panels. What belongs to another method is hidden from now on. The map is
    // asked for a moment later: who tries several methods in haste doesn't want all of them.
    chooseMethod(method) {
        this.newMap();
        this.setData('method', method);
        this.choice = setTimeout(() => this.press('show'), 200);
        return this.words.methods[method];
    },
    // For both views, which would say for ever that the map is being computed.
    sayNoMap() { return [this.words.unanswered, this.words.unanswered] },
    measureIfShown() {
        const views = [...document.querySelectorAll('#face-view .view')];
        if (views.some((view) => view.checkVisibility())) this.press('measure');
    },
    scale() {
        const scales = document.querySelector(`#face-view .face-${this.face()}`)?.dataset ?? {};
        const scale = document.documentElement.dataset.scale === 'own' ? scales.own : scales.shared;
        return scale ? Number(scale) : null;
    },

    // The file is forgotten, so that it isn't saved again by a later event.
    download(file) {
        if (file) {
            const { name, uri } = JSON.parse(file);
            const [, type, data] = uri.match(/^data:([^;]+);base64,(.*)$/s);
            // Some browsers save no long data URI.
            const address = URL.createObjectURL(
                new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type })
            );
            const link = document.createElement('a');
            link.href = address;
            link.download = name;
            link.click();
            setTimeout(() => URL.revokeObjectURL(address), 60_000);
        }
        return '';
    },

    // For panels with buttons of their own: a press is an event of the panel.
    listen(element, trigger) {
        element.addEventListener('click', (event) => {
            const button = event.target.closest('button.ask');
            if (!button || button.disabled) return;
            button.disabled = true;
            button.textContent = 'Waiting …';
            trigger('click');
        });
    },
    // The grip of a view uncovers the photo under the heatmap.
    uncover(element) {
        element.addEventListener('input', (event) => {
            if (event.target.matches('.uncover'))
                event.target.closest('.stack').style.setProperty('--uncovered', `${event.target.value}%`);
        });
    },
};
window.unmask = unmask;
