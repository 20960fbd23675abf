package acceptance

import (
	"slices"
	"strings"
	"testing"

	"sallyport/local/api"
	"sallyport/local/browser"
)

// TestProductMSPResellerIsWhole lives what docs/products/msp-reseller.md
// lists. owner is the account's owner; ann, bob and cid are reseller admins,
// sam signs in by single sign-on.
func TestProductMSPResellerIsWhole(t *testing.T) {
	s := &reseller{product: open(t, "msp-reseller")}
	for _, user := range []string{"ann", "bob", "cid"} {
		s.has(user, "admin")
	}
	s.hasBy("sam", "admin", "sso")
	s.save("owner", 200, s.preset(nil))
	s.step("accounts of other kinds are not touched", s.others, 1)
	s.step("an admin sets it up in his own profile", s.profile, 3, 7, 8, 9, 10)
	s.step("the owner sets it up in his own profile", s.owners, 3)
	s.step("each sign-in then asks for a code", s.asked, 2, 11)
	s.step("the owner finds an admin and switches it on for him", s.toggle, 4, 12, 13)
	s.step("nobody but the owner does that for others", s.onlyOwner, 4)
	s.step("the owner's link opens the admin's QR code", s.page, 4, 5, 14, 15, 16)
	s.step("the link by mail leads to the same page", s.mailedLink, 14)
	s.step("single sign-on is left to itself", s.sso, 6)
	s.step("each admin by himself, never all at once", s.eachAlone, 17)
	s.step("the owner switches it off for an admin again", s.toggleBack)
	s.told()
}

type reseller struct {
	*product
	ann, bob phone
}

func (s *reseller) others() {
	other := "/v1/tenants/" + s.ID("standard")
	s.Call(s.Platform, 201, "PUT", other, map[string]string{"name": "A standard account"})
	s.Call(s.Platform, 201, "PUT", other+"/users/owner", map[string]string{"email": s.Address("other"), "role": "super_admin", "sign_in": "password"})
	s.Mail(s.Address("other"), "administrator_added")
	s.read["administrator_added other"]++
	if got := s.Call(s.Platform, 200, "GET", other+"/policy", nil); got.Text("sso") != "trusted_with_amr" || got.Value("version") == s.Call(s.Platform, 200, "GET", s.path+"/policy", nil).Value("version") {
		s.t.Error("another account has this one's policy")
	}
	s.require("owner", "cid", "required", 200)
	s.require("owner", "cid", "inherit", 200)
	s.Call(s.Platform, 404, "PUT", other+"/users/cid/requirement", map[string]string{"requirement": "required"}, s.by("owner")...)
}

func (s *reseller) profile() {
	s.ann = s.enrols(s.selfService("ann"), "ann", nil)
	s.mailed("ann", "enrolled")
	s.state("active", "ann")
}

func (s *reseller) owners() {
	s.enrols(s.selfService("owner"), "owner", nil)
	s.mailed("owner", "enrolled")
	s.state("active", "owner")
}

func (s *reseller) asked() {
	s.enters("ann", s.ann.key)
	s.enters("ann", s.ann.key)
	s.gate("ann", "take_control", "", "allow")
}

// require sets what the switch in the column MFA says.
func (s *reseller) require(actor, user, value string, status int) api.Answer {
	s.t.Helper()
	return s.Call(s.Platform, status, "PUT", s.user(user)+"/requirement", map[string]string{"requirement": value}, s.by(actor)...)
}

func (s *reseller) toggle() {
	if got := s.listed("role=admin"); !slices.Equal(got, []string{"ann", "bob", "cid", "sam"}) {
		s.t.Errorf("the list of admins: %q", got)
	}
	s.state("not_required", "bob")
	s.require("owner", "bob", "required", 200)
	s.state("pending", "bob")
}

func (s *reseller) onlyOwner() {
	s.refused(s.require("ann", "cid", "required", 403), "forbidden")
	body := map[string]string{"deliver": "return"}
	s.refused(s.Call(s.Platform, 403, "POST", s.user("bob")+"/enrollment-link", body, s.by("ann")...), "forbidden")
	s.refused(s.Call(s.Platform, 403, "POST", s.user("owner")+"/enrollment-link", body, s.by("owner")...), "self_forbidden")
}

func (s *reseller) page() {
	link := s.Call(s.Platform, 201, "POST", s.user("bob")+"/enrollment-link", map[string]string{"deliver": "return"}, s.by("owner")...)
	tab := browser.Open(s.t)
	tab.Go(link.Text("url"))
	s.bob = s.throughPage(tab, "bob", func(step string) { looksRight(s.t, tab, "reseller-"+step) })
	s.mailed("bob", "enrolled")
	s.state("active", "bob")
	tab.Go(link.Text("url"))
	shown(tab, "ended")
	s.enters("bob", s.bob.key)
}

// throughPage sets an app up on the hosted page. see looks at each of its
// steps.
func (s *reseller) throughPage(tab *browser.Tab, user string, see func(step string)) phone {
	s.t.Helper()
	shown(tab, "start")
	see("1-start")
	tab.Click("#start-form button")
	shown(tab, "scan")
	see("2-scan")
	uri := scan(s.t, tab.Shot("reseller-scan"))
	got := phone{key: uri.Query().Get("secret")}
	if typed := strings.ReplaceAll(tab.Text("#scan-key"), " ", ""); typed != got.key {
		s.t.Error("the key to type in is not that of the QR code")
	}
	if account := tab.Text("#scan-account"); account != s.Address(user) {
		s.t.Errorf("the page shows the account %q", account)
	}
	s.secrets = append(s.secrets, got.key)
	tab.Click("#scan-code")
	tab.Press(s.Code(got.key), "\r")
	shown(tab, "codes")
	see("3-codes")
	got.codes = strings.Fields(tab.Text("#codes-list"))
	s.secrets = append(s.secrets, got.codes...)
	tab.Click("#codes-saved")
	tab.Click("#codes-form button")
	shown(tab, "done")
	see("4-done")
	return got
}

func (s *reseller) mailedLink() {
	s.require("owner", "cid", "required", 200)
	made := s.Call(s.Platform, 201, "POST", s.user("cid")+"/enrollment-link", map[string]string{"deliver": "email"}, s.by("owner")...)
	if made.Value("url") != nil {
		s.t.Error("the link that was mailed is shown to the platform, too")
	}
	email := s.mailed("cid", "enrollment_link")
	link := mailAddress.FindString(email.Body.Text)
	if !strings.Contains(email.Body.HTML, `href="`+link+`"`) {
		s.t.Error("text and HTML hold different links")
	}
	tab := browser.Open(s.t)
	tab.Go(link)
	cid := s.throughPage(tab, "cid", func(string) {})
	s.mailed("cid", "enrolled")
	s.enters("cid", cid.key)
}

func (s *reseller) toggleBack() {
	s.require("owner", "bob", "inherit", 200)
	s.refused(s.Call(s.Platform, 403, "POST", s.user("bob")+"/reset", map[string]string{"reason": "no"}, s.by("ann")...), "forbidden")
	s.Call(s.Platform, 200, "POST", s.user("bob")+"/reset", map[string]string{"reason": "switched off", "then": "none"}, s.by("owner")...)
	s.mailed("bob", "factor_removed", "An administrator removed it.", "Done by: owner")
	s.state("not_required", "bob")
	s.decided(s.signIn("bob"), "allow", "not_required")
}

func (s *reseller) sso() {
	s.state("not_applicable", "sam")
	login := s.signInBy("sam", map[string]any{"method": "sso", "idp": "https://idp.example"})
	s.decided(login, "allow", "sso")
	s.letsIn("sam", login.Text("login_id"), login.Text("assertion"), "sso")
	login = s.signInBy("ann", map[string]any{"method": "sso", "amr": []string{"mfa"}})
	s.decided(login, "allow", "sso")
	s.letsIn("ann", login.Text("login_id"), login.Text("assertion"), "sso", "mfa")
	s.enters("ann", s.ann.key)
}

func (s *reseller) eachAlone() {
	if mode := s.preset(nil)["mode"]; mode != "available" {
		s.t.Errorf("the preset's mode is %v", mode)
	}
	s.refused(s.save("ann", 403, s.preset(map[string]any{"mode": "required"})), "forbidden")
	s.has("dan", "admin")
	s.state("not_required", "dan")
	s.decided(s.signIn("dan"), "allow", "not_required")
}
