package httpapi

// The beginnings of platform paths.
const (
	tenantPath = "/v1/tenants/{tenant}"
	userPath   = tenantPath + "/users/{user}"
)

var routes = []Route{
	platform(FunctionVerify, "POST", tenantPath+"/logins", to(login)),
	platform(FunctionVerify, "POST", tenantPath+"/assertions/redeem", to(redeem)),
	platform(FunctionVerify, "POST", userPath+"/self-service", to(selfService)),
	platform(FunctionVerify, "POST", userPath+"/checks", to(check)),
	platform(FunctionVerify, "POST", userPath+"/activation", to(activate)),
	person(FunctionVerify, "GET", "/v1/login", to(currentLogin)),
	person(FunctionVerify, "POST", "/v1/verify", to(verify)),
	person(FunctionVerify, "GET", "/v1/session", to(session)),

	platform(FunctionEnroll, "POST", userPath+"/enrollment-link", to(makeLink), idempotent),
	person(FunctionEnroll, "POST", "/v1/enrollment", to(beginEnrollment)),
	person(FunctionEnroll, "POST", "/v1/enrollment/email", to(proveMailbox)),
	person(FunctionEnroll, "POST", "/v1/enrollment/confirm", to(confirmEnrollment)),
	person(FunctionEnroll, "POST", "/v1/enrollment/complete", to(completeEnrollment)),
	person(FunctionEnroll, "POST", "/v1/enrollment/defer", to(deferEnrollment)),
	person(FunctionEnroll, "POST", "/v1/enrollment/disable", to(disableFactor)),
	person(FunctionEnroll, "POST", "/v1/backup-codes", to(replaceBackupCodes)),
	person(FunctionEnroll, "GET", "/v1/devices", to(listDevices)),
	person(FunctionEnroll, "DELETE", "/v1/devices", to(removeDevices)),
	person(FunctionEnroll, "DELETE", "/v1/devices/{id}", to(removeDevice)),

	platform(FunctionPolicy, "GET", tenantPath+"/policy", to(getPolicy)),
	platform(FunctionPolicy, "PUT", tenantPath+"/policy", to(putPolicy)),
	platform(FunctionPolicy, "POST", tenantPath+"/policy/preview", to(previewPolicy)),
	platform(FunctionPolicy, "PUT", userPath+"/requirement", to(setRequirement)),
	platform(FunctionPolicy, "POST", tenantPath+"/requirements", to(setRequirements), idempotent, batch),
	platform(FunctionPolicy, "GET", userPath+"/explanation", to(explain)),
	platform(FunctionPolicy, "POST", tenantPath+"/reminders", to(startReminder), idempotent),
	platform(FunctionPolicy, "GET", tenantPath+"/reminders/{id}", to(getReminder)),
	platform(FunctionPolicy, "GET", "/v1/presets", to(listPresets)),

	platform(FunctionReset, "POST", userPath+"/reset", to(resetFactor), idempotent),
	platform(FunctionReset, "POST", userPath+"/unlock", to(unlockFactor), idempotent),
	person(FunctionReset, "POST", "/v1/reset-requests", to(requestReset)),
	platform(FunctionReset, "GET", tenantPath+"/reset-requests", to(listRequests, requestFilters...)),
	platform(FunctionReset, "POST", tenantPath+"/reset-requests/{id}/approve", to(decideRequest(true)), idempotent),
	platform(FunctionReset, "POST", tenantPath+"/reset-requests/{id}/deny", to(decideRequest(false)), idempotent),

	platform(FunctionDirectory, "PUT", tenantPath, to(putTenant)),
	platform(FunctionDirectory, "GET", tenantPath, to(getTenant)),
	platform(FunctionDirectory, "DELETE", tenantPath, to(deleteTenant)),
	platform(FunctionDirectory, "GET", tenantPath+"/users", to(listUsers, userFilters...)),
	platform(FunctionDirectory, "POST", tenantPath+"/users/batch", to(putUsers), idempotent, batch),
	platform(FunctionDirectory, "PUT", userPath, to(putUser)),
	platform(FunctionDirectory, "GET", userPath, to(getUser)),
	platform(FunctionDirectory, "DELETE", userPath, to(deleteUser)),
	platform(FunctionDirectory, "GET", tenantPath+"/summary", to(summary, listParameters...)),
	platform(FunctionDirectory, "GET", tenantPath+"/events", to(listEvents, eventFilters...)),
	platform(FunctionDirectory, "POST", "/v1/keys", to(createKey), idempotent),
	platform(FunctionDirectory, "GET", "/v1/keys", to(listKeys, listParameters...)),
	platform(FunctionDirectory, "PATCH", "/v1/keys/{id}", to(changeKey)),
	platform(FunctionDirectory, "DELETE", "/v1/keys/{id}", to(revokeKey)),

	anyone("GET", "/healthz", false, to(healthz)),
	anyone("GET", "/.well-known/jwks.json", true, to(jwks)),
	anyone("GET", "/openapi.yaml", false, to(openAPI)),

	anyone("GET", "/enroll", false, to(page("/enroll"))),
	anyone("GET", "/pages/enroll.js", false, to(page("/pages/enroll.js"))),
	anyone("GET", "/pages/pages.css", false, to(page("/pages/pages.css"))),
}
