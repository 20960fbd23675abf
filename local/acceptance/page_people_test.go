package acceptance

import (
	"encoding/base64"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"sallyport/local/api"
	"sallyport/local/browser"
)

// pageFor makes a tenant with a super admin and with one user who has no
// factor, and returns the token and the address of a link for that user.
func (w *World) pageFor(tenant, user string) (token, address string) {
	w.t.Helper()
	path := "/v1/tenants/" + w.ID(tenant)
	w.Call(w.Platform, 201, "PUT", path, map[string]string{"name": "Acme <b>& Söhne</b>"})
	w.Call(w.Platform, 201, "PUT", path+"/users/boss", map[string]string{"email": w.Address("boss"), "role": "super_admin", "sign_in": "password"})
	w.Call(w.Platform, 201, "PUT", path+"/users/"+w.ID(user), map[string]string{"email": w.Address(user), "role": "user", "sign_in": "password"})
	return w.link(tenant, user)
}

// link makes a link for a user.
func (w *World) link(tenant, user string) (token, address string) {
	w.t.Helper()
	made := w.Call(w.Platform, 201, "POST", "/v1/tenants/"+w.ID(tenant)+"/users/"+w.ID(user)+"/enrollment-link",
		map[string]string{"deliver": "return"}, api.Actor("boss", w.Now())...)
	address = made.Text("url")
	token, ok := strings.CutPrefix(address, w.URL+"/enroll#")
	if !ok {
		w.t.Fatal("the link does not lead to the page")
	}
	return token, address
}

// hasFactor asks whether the user's state is active.
func (w *World) hasFactor(tenant, user string) bool {
	w.t.Helper()
	return w.Call(w.Platform, 200, "GET", "/v1/tenants/"+w.ID(tenant)+"/users/"+w.ID(user), nil).Text("state") == "active"
}

// scan reads the one QR code in a picture, as a phone does.
func scan(t *testing.T, picture []byte) *url.URL {
	t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		browser.Missing(t, "zbarimg", "apt-get install zbar-tools")
	}
	file := filepath.Join(t.TempDir(), "page.png")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
	if err != nil {
		t.Fatalf("no QR code can be read: %v", err)
	}
	uri, err := url.Parse(strings.TrimSpace(string(out)))
	if err != nil || uri.Scheme != "otpauth" {
		t.Fatal("the QR code holds no otpauth address")
	}
	return uri
}

// tabTo presses Tab until the element with an id has the focus.
func tabTo(t *testing.T, tab *browser.Tab, id string) {
	t.Helper()
	for range 12 {
		tab.Press(kb.Tab)
		if browser.Eval[string](tab, "document.activeElement.id || document.activeElement.form?.id || ''") == id {
			return
		}
	}
	t.Fatalf("Tab does not reach %s", id)
}

// shown waits for a step of the page and expects the focus on its heading.
func shown(tab *browser.Tab, step string) {
	tab.Wait("!document.getElementById('" + step + "').hidden && document.activeElement.id === '" + step + "-title'")
}

// looksRight holds one step against what every step must be: axe finds
// nothing in light and dark, and nothing sticks out at 320 CSS pixels, which
// is also 640 at a zoom of 200 %.
func looksRight(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	for _, dark := range []bool{false, true} {
		tab.Dark(dark)
		tab.Axe("..", name)
		suffix := map[bool]string{false: "", true: "-dark"}[dark]
		tab.Size(1000, 800)
		tab.Shot(name + suffix)
		tab.Size(320, 640)
		tab.Shot(name + "-320" + suffix)
		if wide := browser.Eval[int](tab, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s: %d CSS pixels wide on a screen of 320", name, wide)
		}
	}
	tab.Dark(false)
	tab.Size(1000, 800)
}

// nowhere fails the test when a secret stands where it outlives the step: in
// the document, the address, a storage, a title or a request's address.
func nowhere(t *testing.T, tab *browser.Tab, what, secret string) {
	t.Helper()
	places := browser.Eval[string](tab, `[document.documentElement.outerHTML, [...document.querySelectorAll("input")].map((i) => i.value).join(" "),
		location.href, document.title, JSON.stringify(history.state), JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie].join(" ")`)
	all := places + " " + strings.Join(tab.Requests(), " ")
	encoded := base64.StdEncoding.EncodeToString([]byte(secret))
	if strings.Contains(strings.ReplaceAll(all, " ", ""), secret) || strings.Contains(all, encoded) {
		t.Errorf("%s stands where it must not", what)
	}
	if browser.Eval[bool](tab, "document.getElementById('scan').hidden") && strings.Contains(places, "data:image/png") {
		t.Error("the QR code is still in the document")
	}
}
