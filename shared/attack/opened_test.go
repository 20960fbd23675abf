package attack

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// RS-08: what follows every link and opens every address decides nothing. A
// decision is a POST by somebody who has just authenticated.
func TestRS08OpeningAnAddressDecidesNothing(t *testing.T) {
	w := newTown(t)
	w.settle()
	w.enrol("jane")
	id := w.must(202, "POST /v1/reset-requests", w.login("jane").text("login"), `{"reason":"lost"}`).text("id")
	request, commits := "/v1/tenants/acme/reset-requests/"+id, w.store.Commits()
	for _, line := range []string{"GET ", "HEAD ", "GET ", "HEAD "} {
		for _, end := range []string{"", "/approve", "/deny"} {
			for _, bearer := range []string{"", w.apiKey} {
				if r := w.send(line+request+end, bearer, "", w.asRoot()...); r.status < 400 {
					t.Errorf("%s%s: %d", line, end, r.status)
				}
			}
		}
	}
	r := w.must(403, "POST "+request+"/approve", w.apiKey, `{}`, w.acting("root", 6*time.Minute)...)
	if r.text("code") != "reauthentication_required" {
		t.Errorf("an old check: %s", r.text("code"))
	}
	if w.store.Commits() != commits || w.auth("jane").Factor == nil {
		t.Error("something was written")
	}
	w.must(200, "POST "+request+"/approve", w.apiKey, `{}`, w.asRoot()...)
	if w.auth("jane").Factor != nil {
		t.Error("the decision took nothing away: the test shows nothing")
	}
}

// withoutRequestID is a problem without what differs in every answer.
func (r reply) withoutRequestID() string {
	return strings.ReplaceAll(r.body, r.text("request_id"), "")
}

// RS-10: who asks for a reset names nobody, so that no answer depends on whether
// somebody exists: same bytes, and the same number of looks into the records.
func TestRS10ARequestForAResetTellsNothingAboutAnybody(t *testing.T) {
	w := newTown(t)
	tokens := w.tokens()
	looks := 0
	w.store.OnLoad(func([]twofactor.Want) error { looks++; return nil })
	ask := func(bearer, user string) (reply, int) {
		before := looks
		return w.send("POST /v1/reset-requests", bearer, `{"reason":"lost","user":"`+user+`"}`), looks - before
	}
	for name, bearer := range map[string]string{
		"nobody": "", "a stranger": "x", "a platform": w.apiKey, "somebody else": tokens["login"], "a link": tokens["link"],
	} {
		ask(bearer, "nobody")
		known, costKnown := ask(bearer, "ann")
		unknown, costUnknown := ask(bearer, "nobody")
		if known.status < 400 || known.status != unknown.status || known.withoutRequestID() != unknown.withoutRequestID() {
			t.Errorf("%s is answered %d %s and %d %s", name, known.status, known.body, unknown.status, unknown.body)
		}
		if costKnown != costUnknown {
			t.Errorf("%s costs %d looks and %d", name, costKnown, costUnknown)
		}
	}
	if w.auth("ann").OpenReset != nil || w.auth("jane").OpenReset != nil {
		t.Error("a request was opened")
	}
}

// letterbox keeps what mails carry.
type letterbox struct{ links []string }

// SendMail implements twofactor.MailSender.
func (l *letterbox) SendMail(_ context.Context, m *twofactor.Mail, carried twofactor.Secret) error {
	if m.Kind == twofactor.MailEnrollmentLink {
		l.links = append(l.links, carried.Reveal())
	}
	return nil
}

// EM-05: links begin with the address of the settings, whatever a request says
// of its host.
func TestEM05LinksBeginWithTheConfiguredAddress(t *testing.T) {
	w := newTown(t)
	w.settle()
	evil := slices.Concat(w.asRoot(), []string{
		"host", "evil.example", "x-forwarded-host", "evil.example", "x-forwarded-proto", "http", "forwarded", "host=evil.example",
		"origin", "https://evil.example", "referer", "https://evil.example/",
	})
	w.must(200, "PUT /v1/tenants/acme/users/jane/requirement", w.apiKey, `{"requirement":"required"}`, evil...)
	link := w.must(201, "POST /v1/tenants/acme/users/jane/enrollment-link", w.apiKey, `{"deliver":"return"}`, evil...).text("url")
	w.must(201, "POST /v1/tenants/acme/users/jane/self-service", w.apiKey, `{}`, evil...)
	w.must(200, "POST /v1/tenants/acme/logins", w.apiKey, `{"user":{"id":"jane"},"first_factor":{"method":"password"}}`, evil...)
	w.must(201, "POST /v1/tenants/acme/users/jane/enrollment-link", w.apiKey, `{"deliver":"email"}`, evil...)
	post := &letterbox{}
	notify := twofactor.NewNotify(w.deps, post)
	for after, page := uint64(0), w.store.Feed(0, 100); len(page) > 0; page = w.store.Feed(after, 100) {
		for _, entry := range page {
			if err := notify.Handle(t.Context(), entry.Change); err != nil {
				t.Fatal(err)
			}
			after = entry.Seq
		}
	}
	if len(post.links) != 1 {
		t.Fatalf("%d links were mailed", len(post.links))
	}
	for _, link := range append(post.links, link) {
		if page, token, _ := strings.Cut(link, "#"); !strings.HasPrefix(page, issuer+"/") || token == "" {
			t.Errorf("a link to %q", page)
		}
	}
	if all := strings.Join(w.replies, "\n"); strings.Contains(all, "evil") {
		t.Error("an answer repeats the host")
	}
}

// PO-07: five minutes to the second, and the refusal says so.
func TestPO07AnOldCheckIsRefusedWithTheAgeThatWouldDo(t *testing.T) {
	w := newTown(t)
	w.stage("acme", twofactor.RoleUser)
	commits := w.store.Commits()
	for _, r := range rights() {
		if !r.recent {
			continue
		}
		for name, headers := range map[string][]string{
			"too old": w.acting("root", 5*time.Minute+time.Second), "missing": {"sallyport-actor", "root"},
		} {
			got := w.send(r.in("acme"), w.apiKey, r.body, headers...)
			if got.status != 403 || got.text("code") != "reauthentication_required" || got.member["max_age"] != float64(300) {
				t.Errorf("%s, %s: %d %s", r.line, name, got.status, got.body)
			}
		}
	}
	if w.store.Commits() != commits {
		t.Error("a refused call wrote something")
	}
	for _, r := range rights() {
		if got := w.send(r.in("acme"), w.apiKey, r.body, w.acting("root", 5*time.Minute)...); refusedAs(got) == "reauthentication_required" {
			t.Errorf("%s after five minutes: %s", r.line, got.body)
		}
	}
}
