package acceptance

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"sallyport/local/api"
	"sallyport/local/browser"
)

// change puts the tenant's policy with some members changed.
func (w *World) change(tenant string, members map[string]any) {
	w.t.Helper()
	path := "/v1/tenants/" + w.ID(tenant)
	now := w.Call(w.Platform, 200, "GET", path+"/policy", nil)
	var policy map[string]any
	if err := json.Unmarshal(now.Body, &policy); err != nil {
		w.t.Fatal(err)
	}
	for name, value := range members {
		policy[name] = value
	}
	w.Call(w.Platform, 200, "PUT", path+"/policy", policy, append(api.Actor("boss", w.Now()), api.Header{Name: "If-Match", Value: now.Header.Get("ETag")})...)
}

// proves goes through the page until the code is sent.
func (w *World) proves(tab *browser.Tab, address string) {
	w.t.Helper()
	tab.Go(address)
	shown(tab, "start")
	tab.Click("#start-form button")
	shown(tab, "scan")
	tab.Click("#scan-code")
	tab.Press(w.Code(strings.ReplaceAll(tab.Text("#scan-key"), " ", "")), kb.Enter)
}

func TestPageWithOneBackupCodeSpeaksOfOneAndOfTheReset(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	_, address := w.pageFor("acme", "jane")
	w.change("acme", map[string]any{"backup_codes": 1, "recovery": "reset"})
	w.proves(tab, address)
	shown(tab, "codes")
	looksRight(t, tab, "7-one-code")
	text := tab.Text("#codes")
	for _, says := range []string{"Save your backup code", "this code removes the lost app", "The backup code has been saved"} {
		if !strings.Contains(text, says) {
			t.Errorf("it does not say %q: %s", says, text)
		}
	}
	if codes := strings.Fields(tab.Text("#codes-list")); len(codes) != 1 {
		t.Errorf("%d codes are shown", len(codes))
	}
}

func TestPageWithoutBackupCodesIsDoneAfterTheCode(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	_, address := w.pageFor("acme", "jane")
	w.change("acme", map[string]any{"backup_codes": 0})
	w.proves(tab, address)
	shown(tab, "done")
	if !w.hasFactor("acme", "jane") {
		t.Error("it says done, and there is no factor")
	}
}

func TestPageWithoutScriptsSaysWhatItNeeds(t *testing.T) {
	w, tab := Start(t), browser.Open(t)
	tab.Scripts(false)
	tab.Go(w.URL + "/enroll#a.token")
	tab.Until("the notice", func() bool { return strings.Contains(tab.Text("main"), "needs JavaScript") })
	if text := tab.Text("main"); strings.Contains(text, "Opening your link") || strings.Contains(text, "Start") {
		t.Errorf("it shows more than the notice: %s", text)
	}
}
