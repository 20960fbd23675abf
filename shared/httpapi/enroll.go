package httpapi

import (
	"context"
	"encoding/base64"

	"sallyport/shared/twofactor"
)

// offeredProof is the body of a call where a code may prove the current
// factor (contract §4).
type offeredProof struct {
	Method twofactor.Method `json:"method"`
	Code   string           `json:"code"`
}

// neededProof is the same where a code must.
type neededProof struct {
	Method twofactor.Method `json:"method"`
	Code   string           `json:"code" want:"required"`
}

func (p offeredProof) input() twofactor.ProofInput {
	return twofactor.ProofInput{Method: p.Method, Code: twofactor.Secret(p.Code)}
}

func (p neededProof) input() twofactor.ProofInput { return offeredProof(p).input() }

// enrollmentBody is an enrolment that has begun. The members of shown are
// missing until the mailbox is proved, where it must be.
type enrollmentBody struct {
	Account           string            `json:"account"`
	Issuer            string            `json:"issuer"`
	Shown             *enrollmentSecret `json:",embed"`
	EmailVerification mailboxBody       `json:"email_verification"`
	ExpiresAt         *string           `json:"expires_at"`
}

type enrollmentSecret struct {
	Secret     string `json:"secret"`
	OTPAuthURI string `json:"otpauth_uri"`
	QRSVG      string `json:"qr_svg"`
	// QRPNG is in base64.
	QRPNG string `json:"qr_png"`
}

type mailboxBody struct {
	Required bool    `json:"required"`
	SentTo   *string `json:"sent_to"`
}

func showEnrollment(a twofactor.EnrollmentAnswer) enrollmentBody {
	b := enrollmentBody{
		Account:           a.Account,
		Issuer:            a.Issuer,
		EmailVerification: mailboxBody{Required: a.EmailRequired, SentTo: orNull(a.EmailSentTo)},
		ExpiresAt:         stamp(a.ExpiresAt),
	}
	if a.Secret != "" {
		b.Shown = &enrollmentSecret{
			Secret:     a.Secret.Reveal(),
			OTPAuthURI: a.URI.Reveal(),
			QRSVG:      a.SVG.Reveal(),
			QRPNG:      base64.StdEncoding.EncodeToString(a.PNG.Reveal()),
		}
	}
	return b
}

func beginEnrollment(ctx context.Context, d Deps, r request[offeredProof]) (answer, error) {
	a, err := d.Enroll.Begin(ctx, r.Caller, r.Body.input())
	return created(showEnrollment(a)), err
}

// mailboxRequest is the body of POST /v1/enrollment/email: without a code one
// is sent, with one the mailbox is proved.
type mailboxRequest struct {
	Code *string `json:"code"`
}

// mailSentBody says that a code is on its way.
type mailSentBody struct {
	EmailVerification mailboxBody `json:"email_verification"`
}

func proveMailbox(ctx context.Context, d Deps, r request[mailboxRequest]) (answer, error) {
	var code *twofactor.Secret
	if r.Body.Code != nil {
		given := secret(r.Body.Code)
		code = &given
	}
	a, sent, err := d.Enroll.Email(ctx, r.Caller, code)
	if sent {
		return accepted(mailSentBody{EmailVerification: mailboxBody{Required: true, SentTo: orNull(a.EmailSentTo)}}), err
	}
	return ok(showEnrollment(a)), err
}
