package acceptance

import (
	"testing"

	"sallyport/local/api"
)

// TestProductClientPortalIsWhole lives what docs/products/client-portal.md
// lists. sec is the security administrator, sys the system administrator, uma
// and ulf are users.
func TestProductClientPortalIsWhole(t *testing.T) {
	s := &portal{product: open(t, "client-portal")}
	for user, role := range map[string]string{"sec": "security_admin", "sys": "system_admin", "uma": "user", "ulf": "user"} {
		s.has(user, role)
	}
	s.save("owner", 200, s.preset(nil))
	s.step("while it is off it is not available to anybody", s.off, 10)
	s.step("the security administrator switches it on", s.switchOn, 1, 2, 3)
	s.step("switched on, it is required of nobody", s.nobody, 4, 5)
	s.step("it cannot be required of all at once", s.notForAll, 5, 6)
	s.step("the security administrator enables it for one user", s.enable, 4, 7)
	s.step("the user sets it up while signing in", s.setUp, 11, 12, 13, 14, 15)
	s.step("every later sign-in on every platform asks for a code", s.everyPlatform, 16)
	s.step("the system administrator disables it for one user", s.disableOne, 9)
	s.step("both administrators help who lost the phone", s.help)
	s.step("the system administrator switches it off for the domain", s.switchOff, 8)
	s.told()
}

type portal struct {
	*product
	// uma and ulf are their phones.
	uma, ulf phone
}

// require sets a user's requirement in somebody's name.
func (s *portal) require(actor, user, value string, status int) api.Answer {
	s.t.Helper()
	return s.Call(s.Platform, status, "PUT", s.user(user)+"/requirement", map[string]string{"requirement": value}, s.by(actor)...)
}

func (s *portal) off() {
	s.refused(s.require("sec", "uma", "required", 409), "not_available")
	s.state("not_available", "uma", "sec")
	s.decided(s.signIn("uma"), "allow", "not_available")
}

func (s *portal) switchOn() {
	on := s.preset(map[string]any{"mode": "available"})
	for _, other := range []string{"sys", "uma"} {
		s.refused(s.save(other, 403, on), "forbidden")
	}
	s.refused(s.save("sec", 403, s.preset(map[string]any{"mode": "available", "skew_steps": 0})), "forbidden")
	s.save("sec", 200, on)
	saved := s.Call(s.Platform, 200, "GET", s.path+"/policy", nil)
	if saved.Text("mode") != "available" || saved.Text("updated_by", "user") != "sec" {
		s.t.Errorf("saved by %q: mode %q", saved.Text("updated_by", "user"), saved.Text("mode"))
	}
}

func (s *portal) nobody() {
	s.state("not_required", "sec", "sys", "uma", "ulf")
	s.decided(s.signIn("uma"), "allow", "not_required")
	s.decided(s.signIn("ulf"), "allow", "not_required")
	s.refused(s.Call(s.Platform, 403, "POST", s.user("uma")+"/self-service", map[string]string{}), "forbidden")
}

func (s *portal) notForAll() {
	for _, actor := range []string{"sec", "sys"} {
		s.refused(s.save(actor, 403, s.preset(map[string]any{"mode": "required"})), "forbidden")
		s.refused(s.save(actor, 403, s.preset(map[string]any{"mode": "required", "roles": []string{"*"}})), "forbidden")
	}
	s.has("una", "user")
	s.state("not_required", "una")
}

func (s *portal) enable() {
	s.refused(s.require("sys", "uma", "required", 403), "forbidden")
	s.require("sec", "uma", "required", 200)
	s.state("pending", "uma")
	s.state("not_required", "ulf")
	s.require("sec", "ulf", "required", 200)
}

func (s *portal) setUp() {
	s.uma = s.enrolsInLogin("uma", "required_for_user")
	s.ulf = s.enrolsInLogin("ulf", "required_for_user")
	if s.uma.key == s.ulf.key {
		s.t.Error("two users got the same QR code")
	}
	if len(s.uma.codes) != 0 {
		s.t.Errorf("%d backup codes, which this product does not know", len(s.uma.codes))
	}
	s.mailed("uma", "enrolled")
	s.mailed("ulf", "enrolled")
	s.state("active", "uma", "ulf")
}

func (s *portal) everyPlatform() {
	s.enters("uma", s.uma.key)
	if login := s.signIn("uma"); !holds(login, "methods", "totp") || holds(login, "methods", "backup_code") {
		s.t.Errorf("the portal is told to ask for %v", login.Value("methods"))
	}
	s.gate("uma", "take_control", "", "allow")
	key := s.Call(s.Platform, 201, "POST", "/v1/keys", map[string]any{
		"name": "the mobile app", "audience": "demo-dashboard", "scopes": []string{"login"}, "tenants": []string{s.ID(s.name)},
	}).Text("key")
	first := map[string]any{"user": map[string]string{"id": "uma"}, "first_factor": map[string]string{"method": "password"}}
	login := s.Call(s.Platform.With(key), 200, "POST", s.path+"/logins", first)
	s.decided(login, "verify", "factor_active")
	verified := s.Call(s.Person(login.Text("login")), 200, "POST", "/v1/verify", map[string]string{"code": s.NextCode(s.uma.key)})
	s.letsIn("uma", login.Text("login_id"), verified.Text("assertion"), "otp", "mfa")
	s.decided(s.signInBy("uma", map[string]any{"method": "sso"}), "verify", "factor_active")
}

func (s *portal) disableOne() {
	s.refused(s.require("sec", "uma", "inherit", 403), "forbidden")
	s.require("sys", "uma", "inherit", 200)
	s.decided(s.signIn("uma"), "verify", "factor_active")
	s.Call(s.Platform, 200, "POST", s.user("uma")+"/reset", map[string]string{"reason": "disabled for this user", "then": "none"}, s.by("sys")...)
	s.mailed("uma", "factor_removed", "An administrator removed it.", "Done by: sys")
	s.state("not_required", "uma")
	s.state("active", "ulf")
	s.require("sec", "una", "required", 200)
	s.state("pending", "una")
	s.require("sys", "una", "inherit", 200)
	s.decided(s.signIn("una"), "allow", "not_required")
	s.decided(s.signIn("uma"), "allow", "not_required")
	s.enters("ulf", s.ulf.key)
}

func (s *portal) help() {
	s.helped("ulf", "sec", "sec", "sys", "owner")
	s.ulf = s.enrolsInLogin("ulf", "factor_reset")
	s.mailed("ulf", "enrolled")
	s.helped("ulf", "sys", "sec", "sys", "owner")
}

func (s *portal) switchOff() {
	off := s.preset(nil)
	for _, other := range []string{"sec", "uma"} {
		s.refused(s.save(other, 403, off), "forbidden")
	}
	s.save("sys", 200, off)
	s.state("not_available", "uma", "ulf")
	s.decided(s.signIn("ulf"), "allow", "not_available")
}
