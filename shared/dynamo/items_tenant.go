package dynamo

import "sallyport/shared/twofactor"

// tenantFields lists the members of a tenant item. The policy's stand beside
// the others, each under a name of its own, so that a member that newer code
// adds survives a rewrite by older code.
func tenantFields(f *fields, t *twofactor.Tenant, key twofactor.Key) {
	t.ID = key.Tenant
	str(f, attrStamp, &t.Incarnation)
	str(f, "name", &t.Name)
	str(f, "issuer", &t.Issuer)
	str(f, "support_email", &t.SupportEmail)
	texts(f, "return_urls", &t.ReturnURLs)
	str(f, "parent", &t.Parent)
	moment(f, "created_at", &t.CreatedAt)
	num(f, "clients_count", &t.Clients)
	flag(f, "deleting", &t.Deleting)
	policyFields(f, &t.Policy.Policy)
	num(f, "policy_version", &t.Policy.Number)
	moment(f, "policy_updated_at", &t.Policy.UpdatedAt)
	person(f, "policy_updated_by", &t.Policy.UpdatedBy)
	moment(f, "required_since", &t.RequiredSince)
	moment(f, "required_until", &t.RequiredUntil)
	moment(f, "floor_since", &t.FloorSince)
	moment(f, "floor_until", &t.FloorUntil)
	blob(f, "data_key", &t.DataKey)
}

func policyFields(f *fields, p *twofactor.Policy) {
	str(f, "mode", &p.Mode)
	texts(f, "roles", &p.Roles)
	str(f, "user_overrides", &p.UserOverrides)
	flag(f, "self_service", &p.SelfService)
	num(f, "grace_days", &p.GraceDays)
	num(f, "max_deferrals", &p.MaxDeferrals)
	str(f, "sso", &p.SSO)
	texts(f, "idps", &p.IDPs)
	str(f, "email_verification", &p.EmailVerification)
	str(f, "recovery", &p.Recovery)
	num(f, "backup_codes", &p.BackupCodes)
	num(f, "remember_device_days", &p.RememberDeviceDays)
	num(f, "skew_steps", &p.SkewSteps)
	num(f, "session_hours", &p.SessionHours)
	str(f, "admin_proof", &p.AdminProof)
	texts(f, "protected_actions", &p.ProtectedActions)
	str(f, "clients", &p.Clients)
	dict(f, "permissions", &p.Permissions, func(f *fields, roles *[]string) { texts(f, "roles", roles) })
}

func rosterFields(f *fields, r *twofactor.Roster, key twofactor.Key) {
	r.Tenant = key.Tenant
	dict(f, "roles", &r.Roles, func(f *fields, role *twofactor.RosterRole) {
		texts(f, "users", &role.Users)
		num(f, "count", &role.Count)
	})
}

func deletionFields(f *fields, d *twofactor.DeletionJob, key twofactor.Key) {
	d.Tenant, d.User = key.Tenant, key.User
	str(f, attrStamp, &d.Incarnation)
	moment(f, "started_at", &d.StartedAt)
	num(f, "removed", &d.Removed)
	flag(f, "swept", &d.Swept)
}
