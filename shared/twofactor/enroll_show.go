package twofactor

import "sallyport/shared/totp"

// show gives the pending enrolment to the person that it belongs to.
func (e *Enroll) show(s *scene) (EnrollmentAnswer, error) {
	answer := EnrollmentAnswer{
		Account: totp.Account(s.account()), Issuer: totp.Issuer(s.tenant.AppIssuer()), ExpiresAt: s.pending.ExpiresAt,
	}
	if s.pending.MailboxNeeded && !s.pending.MailboxProved {
		answer.EmailRequired = true
		answer.EmailSentTo = MaskAddress(s.directory.trusted(e.Now()))
		return answer, nil
	}
	secret, err := s.data.Open(s.pending.Secret, binding(s.user, s.pending.Generation+1))
	if err != nil {
		return EnrollmentAnswer{}, unavailable(err)
	}
	uri := totp.URI(answer.Issuer, answer.Account, secret)
	svg, png, err := totp.QR(uri)
	if err != nil {
		return EnrollmentAnswer{}, unavailable(err)
	}
	answer.Secret = Secret(totp.Base32(secret))
	answer.URI, answer.SVG, answer.PNG = Secret(uri), Secret(svg), png
	return answer, nil
}

// account is the name that the app shows: the address, else the id.
func (s *scene) account() string {
	if s.directory.Email != "" {
		return s.directory.Email
	}
	return s.user.User
}
