package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// verifyRequest is the body of POST /v1/verify (contract §4.2).
type verifyRequest struct {
	Method         twofactor.Method `json:"method"`
	Code           string           `json:"code" want:"required"`
	RememberDevice bool             `json:"remember_device"`
}

// approvedBody is the answer to a right code.
type approvedBody struct {
	Result          string            `json:"result"`
	Assertion       string            `json:"assertion"`
	ExpiresAt       *string           `json:"expires_at"`
	BackupCodesLeft int               `json:"backup_codes_left"`
	Remembered      *rememberedDevice `json:",embed"`
}

// factorResetBody is the answer to a right backup code where the policy turns
// that into a reset.
type factorResetBody struct {
	Result   string             `json:"result"`
	Decision twofactor.Decision `json:"decision"`
	LoginID  string             `json:"login_id"`
	Login    string             `json:"login"`
}

func showVerified(a twofactor.VerifyAnswer) any {
	if a.Result == twofactor.ResultFactorReset {
		return factorResetBody{Result: a.Result, Decision: twofactor.DecisionEnroll, LoginID: a.LoginID, Login: a.Login.Reveal()}
	}
	return approvedBody{
		Result:          a.Result,
		Assertion:       a.Assertion.Reveal(),
		ExpiresAt:       stamp(a.ExpiresAt),
		BackupCodesLeft: a.BackupCodesLeft,
		Remembered:      showRemembered(a.DeviceToken, stamp(a.DeviceExpiresAt)),
	}
}

func verify(ctx context.Context, d Deps, r request[verifyRequest]) (answer, error) {
	a, err := d.Verify.Code(ctx, r.Caller, twofactor.CodeInput{
		Method:         r.Body.Method,
		Code:           twofactor.Secret(r.Body.Code),
		RememberDevice: r.Body.RememberDevice,
	})
	return ok(showVerified(a)), err
}
