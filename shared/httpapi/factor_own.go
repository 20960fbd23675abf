package httpapi

import "context"

func replaceBackupCodes(ctx context.Context, d Deps, r request[neededProof]) (answer, error) {
	codes, err := d.Enroll.BackupCodes(ctx, r.Caller, r.Body.input())
	return created(showBackupCodes(codes)), err
}

func disableFactor(ctx context.Context, d Deps, r request[neededProof]) (answer, error) {
	view, err := d.Enroll.Disable(ctx, r.Caller, r.Body.input())
	return ok(showState(view)), err
}
