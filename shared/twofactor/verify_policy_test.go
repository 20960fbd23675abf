package twofactor

import "testing"

// PO-03: codes of an earlier policy stop counting when the policy has none.
func TestBackupCodesStopCountingWhenThePolicyHasNone(t *testing.T) {
	secret := make([]byte, 20)
	user := &Auth{Active: true, Factor: &Factor{Backup: []BackupHash{(&plainKey{}).HashBackupCode("C", Binding{})}}}
	key := factorKey{secret: secret, data: &plainKey{}, noBackup: true}
	judged := prove(user, key, 1, ProofInput{MethodBackupCode, "C"}, noon)
	if CodeOf(judged.err()) != CodeBackupCodeWrong {
		t.Errorf("the code was judged %v, want %s", judged.err(), CodeBackupCodeWrong)
	}
	key.noBackup = false
	if judged = prove(user, key, 1, ProofInput{MethodBackupCode, "C"}, noon); judged.refusal != nil {
		t.Errorf("with backup codes allowed it was judged %v", judged.refusal)
	}
	tenant := &Tenant{Policy: PolicyVersion{Policy: DefaultPolicy()}}
	tenant.Policy.BackupCodes = 0
	if methods := decide(situation{tenant: tenant, user: user, now: noon}).Methods; len(methods) != 1 || methods[0] != MethodTOTP {
		t.Errorf("the methods are %v, want only totp", methods)
	}
}
