package acceptance

import (
	"context"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"sallyport/local/api"
	"sallyport/local/inbox"
)

// mailed waits for the next mail of a kind to a user that was not looked at
// yet, and looks at it. words are what it must say beside the usual.
func (p *product) mailed(user, kind string, words ...string) inbox.Email {
	p.t.Helper()
	list := kind + " " + user
	ctx, cancel := context.WithTimeout(p.t.Context(), mailLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if there := p.Mails(p.Address(user), kind); len(there) > p.read[list] {
			p.read[list]++
			email := there[p.read[list]-1]
			p.look(email, words...)
			return email
		}
		if kind == "required" || kind == "reminder" {
			// Mails to many go with the schedule, which runs when the clock moves.
			p.Advance(time.Second)
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("no mail %q came to %s within %v", kind, user, mailLimit)
		case <-tick.C:
		}
	}
}

// notMailed fails the test when a mail of a kind is there that was not looked
// at. It means something only after another mail of the same change came.
func (p *product) notMailed(user, kind string) {
	p.t.Helper()
	if there := p.Mails(p.Address(user), kind); len(there) != p.read[kind+" "+user] {
		p.t.Errorf("%s got a mail %q", user, kind)
	}
}

// allLooked fails the test for every mail that came and that the story did not
// expect: one too many, to the wrong person, or of another kind.
func (p *product) allLooked() {
	p.t.Helper()
	there := map[string]int{}
	for _, email := range p.inbox() {
		user, ours := strings.CutSuffix(strings.Join(email.Destination.To, " "), p.Address(""))
		if ours {
			there[email.Kind()+" "+user]++
		}
	}
	for list, n := range there {
		if n != p.read[list] {
			p.t.Errorf("%d mails %q came, %d were expected", n, list, p.read[list])
		}
	}
}

// inbox is every mail that is there now.
func (p *product) inbox() []inbox.Email {
	p.t.Helper()
	a, err := api.Client{URL: p.InboxURL}.Must(p.t.Context(), "GET", "/store", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	var store struct{ Emails []inbox.Email }
	if err := json.Unmarshal(a.Body, &store); err != nil {
		p.t.Fatal(err)
	}
	return store.Emails
}

// look holds a mail against what each must be (contract §7): it says what
// happened to whom, when and from where, whom to ask for help, the same in
// text and HTML, and holds no secret.
func (p *product) look(email inbox.Email, words ...string) {
	p.t.Helper()
	for _, word := range append(words, p.tenantName(), p.Address("help"), "Account: The ", "When: ", "From IP address: ", email.Subject) {
		if !strings.Contains(oneLine(email.Body.Text), oneLine(word)) {
			p.t.Errorf("the mail %q does not say %q", email.Kind(), word)
		}
	}
	if text, page := said(email.Body.Text), said(visible(email.Body.HTML)); !slices.Equal(text, page) {
		p.t.Errorf("the mail %q says in text\n%s\nand in HTML\n%s", email.Kind(), text, page)
	}
	if !strings.Contains(email.Subject, p.tenantName()) || email.From == "" {
		p.t.Errorf("the mail %q comes from %q with the subject %q", email.Kind(), email.From, email.Subject)
	}
	lower := strings.ToLower(email.Body.HTML)
	for _, never := range []string{"<script", "<img", "<form", "<iframe", "javascript:"} {
		if strings.Contains(lower, never) {
			p.t.Errorf("the mail %q holds %s", email.Kind(), never)
		}
	}
	if links := strings.Count(lower, "<a "); (links > 0) != (email.Kind() == "enrollment_link") {
		p.t.Errorf("the mail %q holds %d links", email.Kind(), links)
	}
	for _, secret := range p.secrets {
		if strings.Contains(email.Body.Text+email.Body.HTML+email.Subject, secret) {
			p.t.Errorf("the mail %q holds a secret", email.Kind())
		}
	}
}

var (
	mailHead    = regexp.MustCompile(`(?s)<head>.*</head>`)
	mailTag     = regexp.MustCompile(`<[^>]*>`)
	mailAddress = regexp.MustCompile(`https?://\S+`)
	mailCode    = regexp.MustCompile(`(?m)^Code: (\d{6})$`)
)

// visible is what a person reads of an HTML mail.
func visible(page string) string {
	return html.UnescapeString(mailTag.ReplaceAllString(mailHead.ReplaceAllString(page, ""), " "))
}

// said is what a mail says, word by word. Only the labels and the line above
// the signature look different in text and in HTML.
func said(text string) []string {
	var words []string
	for word := range strings.FieldsSeq(mailAddress.ReplaceAllString(text, "")) {
		if word = strings.TrimRight(word, ":"); word != "--" && word != "Code" {
			words = append(words, word)
		}
	}
	return words
}

// oneLine is a text without its line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// mailedCode is the code that a mail carries.
func mailedCode(email inbox.Email) string {
	found := mailCode.FindStringSubmatch(email.Body.Text)
	if found == nil {
		return ""
	}
	return found[1]
}
