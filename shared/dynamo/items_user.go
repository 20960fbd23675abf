package dynamo

import "sallyport/shared/twofactor"

func directoryFields(f *fields, d *twofactor.Directory, key twofactor.Key) {
	d.Ref = refOf(key)
	str(f, attrStamp, &d.Incarnation)
	moment(f, "created_at", &d.CreatedAt)
	str(f, "email", &d.Email)
	str(f, "name", &d.Name)
	str(f, "locale", &d.Locale)
	moment(f, "email_since", &d.EmailSince)
	str(f, "trusted_email", &d.TrustedEmail)
}

func enrollmentFields(f *fields, e *twofactor.Enrollment, key twofactor.Key) {
	e.Ref = refOf(key)
	str(f, attrStamp, &e.Incarnation)
	str(f, "token_id", &e.TokenID)
	num(f, "generation", &e.Generation)
	moment(f, "expires_at", &e.ExpiresAt)
	blob(f, "secret", &e.Secret)
	num(f, "tries", &e.Tries)
	flag(f, "mailbox_needed", &e.MailboxNeeded)
	flag(f, "mailbox_proved", &e.MailboxProved)
	blob(f, "code_hash", &e.CodeHash)
	moment(f, "code_expires_at", &e.CodeExpiresAt)
	num(f, "code_tries", &e.CodeTries)
	str(f, "mail_to", &e.MailTo)
	blob(f, "mail_code", &e.MailCode)
	moments(f, "mailed_at", &e.MailedAt)
	num(f, "confirmed_step", &e.ConfirmedStep)
	backupHashes(f, "backup", &e.Backup)
	moment(f, "completed_at", &e.CompletedAt)
	str(f, "login_id", &e.LoginID)
}

func devicesFields(f *fields, d *twofactor.Devices, key twofactor.Key) {
	d.Ref = refOf(key)
	str(f, attrStamp, &d.Incarnation)
	num(f, "generation", &d.Generation)
	list(f, "devices", &d.List, func(f *fields, device *twofactor.Device) {
		str(f, "id", &device.ID)
		num(f, "turn", &device.Turn)
		moment(f, "turned_at", &device.TurnedAt)
		moment(f, "created_at", &device.CreatedAt)
		moment(f, "last_used_at", &device.LastUsedAt)
		moment(f, "expires_at", &device.ExpiresAt)
		str(f, "user_agent", &device.UserAgent)
	})
}

func tombstoneFields(f *fields, t *twofactor.Tombstone, key twofactor.Key) {
	t.Ref = refOf(key)
	str(f, "incarnation", &t.Incarnation)
	moment(f, "deleted_at", &t.DeletedAt)
	num(f, "generation", &t.Generation)
	flag(f, "had_factor", &t.HadFactor)
	str(f, "trusted_email", &t.TrustedEmail)
}

func addressFields(f *fields, a *twofactor.Address, key twofactor.Key) {
	a.Ref = refOf(key)
	str(f, "email", &a.Email)
}

func resetRequestFields(f *fields, r *twofactor.ResetRequest, key twofactor.Key) {
	r.Tenant, r.ID = key.Tenant, key.ID
	str(f, "user", &r.User)
	str(f, attrStamp, &r.Incarnation)
	num(f, "generation", &r.Generation)
	moment(f, "created_at", &r.CreatedAt)
	str(f, "reason", &r.Reason)
	str(f, "decided", &r.Decided)
	moment(f, "decided_at", &r.DecidedAt)
	person(f, "decided_by", &r.DecidedBy)
	str(f, "note", &r.Note)
}

func refOf(key twofactor.Key) twofactor.Ref {
	return twofactor.Ref{Tenant: key.Tenant, User: key.User}
}
