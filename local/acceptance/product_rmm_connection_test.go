package acceptance

import "time"

// dialog: tess, who need not have a factor, starts a remote connection, and so
// does tim, of whom it is required.
func (s *rmm) dialog() {
	login := s.signIn("tess")
	in := s.letsIn("tess", login.Text("login_id"), login.Text("assertion"), "pwd")
	for _, action := range []string{"take_control", "remote_background"} {
		a := s.gate("tess", action, in, "enroll")
		if a.Text("email") != s.Address("tess") {
			s.t.Errorf("the dialog shows the address %q", a.Text("email"))
		}
		if !offered(a, "activate_now") || !offered(a, "activate_later") {
			s.t.Errorf("the dialog offers %v", a.Value("options"))
		}
	}
	s.gate("tess", "show_devices", in, "allow")
	if chosen := s.gate("tim", "take_control", "", "enroll"); chosen.Text("email") != s.Address("tim") {
		s.t.Errorf("a user who was chosen is shown the address %q", chosen.Text("email"))
	}
}

func (s *rmm) later() {
	in := s.signIn("todd").Text("assertion")
	for left := 2.0; left >= 0; left-- {
		a := s.answers("todd", "later", 200)
		if a.Value("end_session") != false || a.Value("deferrals_left") != left {
			s.t.Errorf("later was answered with %s", a.Body)
		}
		dialog := s.gate("todd", "take_control", in, "enroll")
		if offered(dialog, "activate_later") != (left > 0) || !offered(dialog, "activate_now") {
			s.t.Errorf("with %v left the dialog offers %v", left, dialog.Value("options"))
		}
	}
	s.refused(s.answers("todd", "later", 410), "deferral_exhausted")
}

func (s *rmm) now() {
	before := s.signIn("tess").Text("assertion")
	if a := s.answers("tess", "now", 200); a.Value("end_session") != true {
		s.t.Errorf("now was answered with %s", a.Body)
	}
	login := s.signIn("tess")
	if login.Value("skippable") != false {
		s.t.Error("what was asked for can be put off")
	}
	s.own["tess"] = s.enrolsInLogin("tess", "activation_requested")
	s.provedMailbox("tess", 1)
	s.mailed("tess", "enrolled")
	s.gate("tess", "take_control", before, "verify")
	s.refused(s.answers("tess", "now", 409), "factor_already_active")
}

func (s *rmm) oncePerSession() {
	in := s.enters("tess", s.own["tess"].key)
	for range 3 {
		s.gate("tess", "take_control", in, "allow")
		s.gate("tess", "remote_background", in, "allow")
	}
	s.gate("tess", "take_control", "", "verify")
	s.gate("tom", "take_control", in, "verify")
	s.Advance(24 * time.Hour)
	asked := s.gate("tess", "take_control", in, "verify")
	again := s.Call(s.Person(asked.Text("login")), 200, "POST", "/v1/verify", map[string]string{"code": s.NextCode(s.own["tess"].key)})
	in = s.letsIn("tess", asked.Text("login_id"), again.Text("assertion"), "otp", "mfa")
	s.gate("tess", "take_control", in, "allow")
}
