package acceptance

import (
	"testing"
)

// TestProductRemoteManagementServiceIsWhole lives what
// docs/products/remote-management-service.md lists. A story of one company:
// ada is an administrator, joe and kim are users.
func TestProductRemoteManagementServiceIsWhole(t *testing.T) {
	s := &remoteService{product: open(t, "remote-management-service"), own: map[string]phone{}}
	for user, role := range map[string]string{"ada": "admin", "joe": "user", "kim": "user"} {
		s.has(user, role)
	}
	s.save("owner", 200, s.preset(map[string]any{"mode": "available"}))
	s.step("a user switches it on in his account settings", s.switchesOn, 1, 2, 3, 4, 5, 6, 7)
	s.step("the next sign-in asks for the app's code", s.asked, 8)
	s.step("a backup code resets and enrols anew", s.lostPhone, 9)
	s.step("a new backup code ends the old one", s.newCode, 10)
	s.step("another phone takes over", s.changesPhone, 11, 12)
	s.step("an administrator without a factor cannot require it", s.refusedWithout, 13)
	s.step("an administrator requires it of the company", s.requires, 13, 14)
	s.step("who has no factor is mailed, where it is wished", s.mails, 15)
	s.step("who has none sets it up during the sign-in", s.walled, 16, 17, 18)
	s.step("an administrator helps who lost the phone", func() { s.helped("kim", "ada", "ada", "owner") })
	s.told()
}

type remoteService struct {
	*product
	// own is each user's phone.
	own map[string]phone
}

func (s *remoteService) switchesOn() {
	s.state("not_required", "joe")
	s.decided(s.signIn("joe"), "allow", "not_required")
	s.own["joe"] = s.enrols(s.selfService("joe"), "joe", nil)
	if n := len(s.own["joe"].codes); n != 1 {
		s.t.Errorf("%d backup codes are shown, want the one of the page", n)
	}
	s.state("active", "joe")
	s.mailed("joe", "enrolled", "Keep your backup codes in a safe place")
}

func (s *remoteService) asked() {
	s.enters("joe", s.own["joe"].key)
	s.gate("joe", "take_control", "", "allow")
}

func (s *remoteService) lostPhone() {
	login := s.signIn("joe")
	if !holds(login, "methods", "backup_code") {
		s.t.Error("the console is not told that a backup code would do")
	}
	person := s.Person(login.Text("login"))
	old := s.own["joe"]
	reset := s.Call(person, 200, "POST", "/v1/verify", map[string]string{"method": "backup_code", "code": old.codes[0]})
	if reset.Text("result") != "factor_reset" || reset.Text("decision") != "enroll" || reset.Value("assertion") != nil {
		s.t.Errorf("the backup code was answered with %q, %q", reset.Text("result"), reset.Text("decision"))
	}
	s.mailed("joe", "backup_code_used")
	s.mailed("joe", "factor_removed")
	s.own["joe"] = s.enrols(s.Person(reset.Text("login")), "joe", nil)
	s.letsIn("joe", login.Text("login_id"), s.own["joe"].done.Text("assertion"), "otp", "mfa")
	s.mailed("joe", "enrolled")
	s.deadPhone("joe", old)
	s.enters("joe", s.own["joe"].key)
}

// deadPhone tries what a phone shows that was replaced, and its backup code.
func (s *remoteService) deadPhone(user string, old phone) {
	s.t.Helper()
	person := s.Person(s.signIn(user).Text("login"))
	s.refused(s.Call(person, 403, "POST", "/v1/verify", map[string]string{"code": s.NextCode(old.key)}), "code_wrong")
	s.refused(s.Call(person, 403, "POST", "/v1/verify", map[string]string{"method": "backup_code", "code": old.codes[0]}), "backup_code_wrong")
}

func (s *remoteService) newCode() {
	joe := s.own["joe"]
	made := s.Call(s.selfService("joe"), 201, "POST", "/v1/backup-codes", map[string]string{"code": s.NextCode(joe.key)})
	fresh := s.backupCodes(made)
	if len(fresh) != 1 || fresh[0] == joe.codes[0] {
		s.t.Fatalf("%d new codes, or the same", len(fresh))
	}
	s.mailed("joe", "backup_codes_replaced")
	person := s.Person(s.signIn("joe").Text("login"))
	s.refused(s.Call(person, 403, "POST", "/v1/verify", map[string]string{"method": "backup_code", "code": joe.codes[0]}), "backup_code_wrong")
	joe.codes = fresh
	s.own["joe"] = joe
}

func (s *remoteService) changesPhone() {
	old := s.own["joe"]
	person := s.selfService("joe")
	s.refused(s.Call(person, 403, "POST", "/v1/enrollment", map[string]string{"code": wrong(s.NextCode(old.key))}), "code_wrong")
	s.own["joe"] = s.enrols(person, "joe", map[string]string{"code": s.NextCode(old.key)})
	s.mailed("joe", "device_changed")
	s.deadPhone("joe", old)
	s.enters("joe", s.own["joe"].key)
}

func (s *remoteService) refusedWithout() {
	s.refused(s.save("ada", 403, s.preset(nil)), "actor_not_enrolled")
	s.own["ada"] = s.enrols(s.selfService("ada"), "ada", nil)
	s.mailed("ada", "enrolled")
	s.refused(s.save("joe", 403, s.preset(nil)), "forbidden")
	s.decided(s.signIn("kim"), "allow", "not_required")
}

func (s *remoteService) requires() {
	s.save("ada", 200, s.preset(nil))
	s.state("pending", "kim", "owner")
	s.state("active", "ada", "joe")
}

func (s *remoteService) mails() {
	s.save("ada", 200, s.preset(map[string]any{"notify": true}))
	s.mailed("kim", "required", "sign in to "+s.tenantName()+" as you always do")
	s.mailed("owner", "required")
	s.notMailed("joe", "required")
	s.notMailed("ada", "required")
	s.save("ada", 200, s.preset(map[string]any{"notify": false}))
}

func (s *remoteService) walled() {
	login := s.signIn("kim")
	s.decided(login, "enroll", "required_by_tenant")
	if login.Value("skippable") != false {
		s.t.Error("it can be put off")
	}
	kim := s.Person(login.Text("login"))
	s.refused(s.Call(kim, 410, "POST", "/v1/enrollment/defer", nil), "deferral_exhausted")
	s.own["kim"] = s.enrols(kim, "kim", nil)
	s.mailed("kim", "enrolled")
	s.letsIn("kim", login.Text("login_id"), s.own["kim"].done.Text("assertion"), "otp", "mfa")
	s.state("active", "kim")
	s.enters("kim", s.own["kim"].key)
	off := s.Call(s.selfService("kim"), 409, "POST", "/v1/enrollment/disable", map[string]string{"code": s.NextCode(s.own["kim"].key)})
	s.refused(off, "required_by_policy")
}
