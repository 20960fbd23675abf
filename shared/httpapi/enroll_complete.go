package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// codeRequest is a body with nothing but a code.
type codeRequest struct {
	Code string `json:"code" want:"required"`
}

// backupCodesBody shows a new set of backup codes, once.
type backupCodesBody struct {
	BackupCodes []string `json:"backup_codes"`
}

func showBackupCodes(codes []twofactor.Secret) backupCodesBody {
	var b backupCodesBody
	for _, code := range codes {
		b.BackupCodes = append(b.BackupCodes, code.Reveal())
	}
	return b
}

func confirmEnrollment(ctx context.Context, d Deps, r request[codeRequest]) (answer, error) {
	codes, err := d.Enroll.Confirm(ctx, r.Caller, twofactor.Secret(r.Body.Code))
	return ok(showBackupCodes(codes)), err
}

type completeRequest struct {
	BackupCodesSaved bool `json:"backup_codes_saved"`
}

type completeBody struct {
	State     twofactor.State `json:"state"`
	Assertion string          `json:"assertion,omitzero"`
}

func completeEnrollment(ctx context.Context, d Deps, r request[completeRequest]) (answer, error) {
	a, err := d.Enroll.Complete(ctx, r.Caller, r.Body.BackupCodesSaved)
	return ok(completeBody{State: a.State, Assertion: a.Assertion.Reveal()}), err
}

type deferBody struct {
	Assertion     string  `json:"assertion"`
	EnrollBy      *string `json:"enroll_by"`
	DeferralsLeft int     `json:"deferrals_left"`
}

func deferEnrollment(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	a, err := d.Enroll.Defer(ctx, r.Caller)
	return ok(deferBody{Assertion: a.Assertion.Reveal(), EnrollBy: stamp(a.EnrollBy), DeferralsLeft: a.DeferralsLeft}), err
}
