package acceptance

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"sallyport/local/api"
	"sallyport/local/browser"
)

func TestPageAPersonSetsUpTheAppByKeyboardAlone(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	token, address := w.pageFor("acme", "jane")
	tab.Go(address)
	shown(tab, "start")
	looksRight(t, tab, "1-start")
	if here := browser.Eval[string](tab, "location.href"); here != w.URL+"/enroll" || browser.Eval[bool](tab, "navigation.entries().some((e) => e.url.includes('#'))") {
		t.Errorf("the address bar or the history still holds a fragment")
	}
	if text := tab.Text("#start"); !strings.Contains(text, "Acme <b>& Söhne</b>") || !strings.Contains(text, w.ID("jane")) {
		t.Errorf("it does not say for whom it is: %s", text)
	}
	tabTo(t, tab, "start-form")
	tab.Press(kb.Enter)
	shown(tab, "scan")
	looksRight(t, tab, "2-scan")
	uri := scan(t, tab.Shot("2-scan-read"))
	key := uri.Query().Get("secret")
	if shown := strings.ReplaceAll(tab.Text("#scan-key"), " ", ""); shown != key || len(key) != 32 {
		t.Errorf("key and QR code differ")
	}
	if account := tab.Text("#scan-account"); account != w.Address("jane") || !strings.HasSuffix(uri.Path, ":"+account) {
		t.Errorf("the account is %q, in the QR code %q", account, uri.Path)
	}
	nowhere(t, tab, "the token", token)

	tabTo(t, tab, "scan-code")
	right := w.Code(key)
	tab.Press("12 34", kb.Enter)
	tab.Wait("document.querySelector('#scan-message').innerText.includes('six digits')")
	tab.Press(kb.End, strings.Repeat(kb.Backspace, 5), wrong(right), kb.Enter)
	tab.Wait("document.querySelector('#scan-message').innerText.includes('4 tries are left')")
	if browser.Eval[string](tab, "document.activeElement.id + document.activeElement.getAttribute('aria-invalid')") != "scan-codetrue" {
		t.Error("after a wrong code the focus is not on the field, or the field is not marked")
	}
	looksRight(t, tab, "3-wrong")
	tab.Press(right[:3], " ", right[3:], kb.Enter)
	shown(tab, "codes")
	nowhere(t, tab, "the key", key)
	looksRight(t, tab, "4-codes")
	codes := strings.Fields(tab.Text("#codes-list"))
	if len(codes) != 10 {
		t.Fatalf("%d backup codes are shown", len(codes))
	}

	tabTo(t, tab, "codes-download")
	tab.Press(kb.Enter)
	file := saved(tab)
	for _, code := range codes {
		if !strings.Contains(file, code+"\r\n") {
			t.Error("the file lacks a code")
		}
	}
	if !strings.Contains(file, w.Address("jane")) || strings.Contains(file, key) || strings.Contains(file, token) {
		t.Error("the file must name the account, and hold neither key nor token")
	}
	tabTo(t, tab, "codes-saved")
	tab.Press(kb.Enter)
	tab.Wait("document.querySelector('#codes-message').innerText.includes('tick this box')")
	if w.hasFactor("acme", "jane") {
		t.Error("it is active before the codes are saved")
	}
	tab.Press(" ")
	tabTo(t, tab, "codes-form")
	tab.Press(kb.Enter)
	shown(tab, "done")
	looksRight(t, tab, "5-done")
	nowhere(t, tab, "a backup code", codes[0])
	for _, asked := range tab.Requests() {
		if asked != "about:blank" && !strings.HasPrefix(asked, w.URL+"/") && !strings.HasPrefix(asked, "data:") && !strings.HasPrefix(asked, "blob:"+w.URL) {
			t.Errorf("the page asked another host: %s", asked)
		}
	}

	login := w.login("acme", "jane")
	w.Call(w.Person(login.Text("login")), 200, "POST", "/v1/verify", map[string]string{"code": w.NextCode(key)})
	login = w.login("acme", "jane")
	w.Call(w.Person(login.Text("login")), 200, "POST", "/v1/verify", map[string]string{"method": "backup_code", "code": codes[9]})
}

// wrong makes a code that is none of its neighbours in time.
func wrong(code string) string {
	digits := []byte(code)
	for i := range digits {
		digits[i] = '0' + (digits[i]-'0'+5)%10
	}
	return string(digits)
}

// saved waits for the file that the page saves.
func saved(tab *browser.Tab) (text string) {
	tab.Until("a saved file", func() bool {
		content, err := os.ReadFile(filepath.Join(tab.Downloads, "backup-codes.txt"))
		text = string(content)
		return err == nil && text != ""
	})
	return text
}

func TestPageOpeningALinkSpendsNothing(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	token, address := w.pageFor("acme", "jane")
	for _, method := range []string{"GET", "HEAD", "GET"} {
		if _, err := w.Person(token).Do(t.Context(), method, "/enroll", nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		tab.Go(address)
		shown(tab, "start")
	}
	w.Call(w.Person(token), 409, "POST", "/v1/enrollment/confirm", map[string]string{"code": "123456"})
	if _, _, err := w.Person(token).Enroll(t.Context()); err != nil {
		t.Error(err)
	}
	for _, asked := range tab.Requests() {
		if strings.HasPrefix(asked, w.URL+"/v1/") && asked != w.URL+"/v1/session" {
			t.Errorf("opening the page called %s", asked)
		}
	}
}

func TestPageALinkThatIsOverSaysSo(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	ends := func(address, title string) {
		t.Helper()
		tab.Go(address)
		shown(tab, "ended")
		if got := tab.Text("#ended-title"); got != title {
			t.Errorf("the title is %q, want %q", got, title)
		}
		looksRight(t, tab, "6-ended")
	}
	ends(w.URL+"/enroll", "This page needs its link")
	ends(w.URL+"/enroll#no.such.token", "This link does not work")
	_, replaced := w.pageFor("acme", "jane")
	token, used := w.link("acme", "jane")
	ends(replaced, "This link is no longer valid")
	if _, _, err := w.Person(token).Enroll(t.Context()); err != nil {
		t.Fatal(err)
	}
	ends(used, "This link is no longer valid")
	_, old := w.pageFor("other", "joe")
	w.Advance(73 * time.Hour)
	ends(old, "This link has expired")
}

func TestPageALinkFromAMailOpensIt(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	w.pageFor("acme", "jane")
	w.Call(w.Platform, 201, "POST", "/v1/tenants/"+w.ID("acme")+"/users/"+w.ID("jane")+"/enrollment-link",
		map[string]string{"deliver": "email"}, api.Actor("boss", w.Now())...)
	mail := w.Mail(w.Address("jane"), "enrollment_link")
	for _, word := range strings.Fields(mail.Body.Text) {
		if strings.HasPrefix(word, w.URL+"/enroll#") {
			w.proves(tab, word)
			shown(tab, "codes")
			return
		}
	}
	t.Error("the mail holds no link")
}

func TestPageWithoutAnAnswerLosesNothingAndTriesAgain(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	_, address := w.pageFor("acme", "jane")
	tab.Go(address)
	shown(tab, "start")
	for answer, says := range map[string]string{
		`Promise.reject(new TypeError("offline"))`:                                                                                                     "no connection",
		`Promise.resolve(new Response("<html>"))`:                                                                                                      "no connection",
		`Promise.resolve(Response.json({code: "rate_limited"}, {status: 429}))`:                                                                        "Too many requests. Please try again in a minute",
		`Promise.resolve(Response.json({code: "unavailable", retry_at: new Date(Date.now() + 5000)}, {status: 503}))`:                                  "cannot answer right now",
		`Promise.resolve(Response.json({code: "something_new", detail: "Something new happened.", request_id: "r1"}, {status: 418}))`:                  "Something new happened.",
		`Promise.resolve(Response.json({code: "throttled", retry_at: new Date(Date.now() + 600000)}, {status: 429, headers: {"Retry-After": "600"}}))`: "Please try again in 10 minutes",
	} {
		browser.Eval[bool](tab, "window.kept ??= window.fetch, window.fetch = () => "+answer+", true")
		tab.Click("#start-form button")
		tab.Wait("document.querySelector('#start-message').innerText.includes('" + says + "')")
		browser.Eval[bool](tab, "window.fetch = window.kept, true")
	}
	tab.Click("#start-form button")
	shown(tab, "scan")
}

func TestPageFiveWrongCodesStartAgainWithANewKey(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	_, address := w.pageFor("acme", "jane")
	tab.Go(address)
	shown(tab, "start")
	tab.Click("#start-form button")
	shown(tab, "scan")
	key := strings.ReplaceAll(tab.Text("#scan-key"), " ", "")
	for left := 4; left >= 0; left-- {
		tab.Click("#scan-code")
		tab.Press(strings.Repeat(kb.End+kb.Backspace, 6)+wrong(w.Code(key)), kb.Enter)
		if left > 1 {
			tab.Wait("document.querySelector('#scan-message').innerText.includes('" + string(rune('0'+left)) + " tries')")
		} else if left == 1 {
			tab.Wait("document.querySelector('#scan-message').innerText.includes('One try')")
		}
	}
	shown(tab, "start")
	if text := tab.Text("#start"); !strings.Contains(text, "one wrong code too many") || !strings.Contains(text, "delete that entry") {
		t.Errorf("it does not say what to do: %s", text)
	}
	nowhere(t, tab, "the key", key)
	tab.Click("#start-form button")
	shown(tab, "scan")
	if again := strings.ReplaceAll(tab.Text("#scan-key"), " ", ""); again == key {
		t.Error("the key is the same")
	}
}

func TestPageAnEnrolmentThatTookTooLongStartsAgain(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	_, address := w.pageFor("acme", "jane")
	tab.Go(address)
	shown(tab, "start")
	tab.Click("#start-form button")
	shown(tab, "scan")
	key := strings.ReplaceAll(tab.Text("#scan-key"), " ", "")
	browser.Eval[bool](tab, `window.kept ??= window.fetch, window.fetch = () => Promise.resolve(Response.json({code: "no_pending_enrollment"}, {status: 409})), true`)
	tab.Click("#scan-code")
	tab.Press(w.Code(key), kb.Enter)
	shown(tab, "start")
	nowhere(t, tab, "the key", key)
}

func TestPageAndItsPartsCarryTheirHeadersThroughTheGateway(t *testing.T) {
	w := Start(t)
	for path, media := range map[string]string{
		"/enroll": "text/html; charset=utf-8", "/pages/enroll.js": "text/javascript; charset=utf-8", "/pages/pages.css": "text/css; charset=utf-8",
	} {
		a := w.Call(w.Platform.With(""), http.StatusOK, "GET", path, nil)
		if got := a.Header.Get("Content-Type"); got != media {
			t.Errorf("%s: Content-Type is %q", path, got)
		}
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Frame-Options") != "DENY" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "script-src 'self';") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}
