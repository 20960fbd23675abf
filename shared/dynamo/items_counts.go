package dynamo

import (
	"strconv"
	"strings"

	"sallyport/shared/twofactor"
)

func countedFields(f *fields, c *twofactor.Counted, key twofactor.Key) {
	c.Ref = twofactor.Ref{Tenant: key.Tenant, User: key.ID}
	str(f, "cell", &c.Cell)
}

func countFields(f *fields, c *twofactor.Count, key twofactor.Key) {
	c.Tenant = key.Tenant
	shard, err := strconv.Atoi(key.ID)
	if err != nil {
		f.fail(attrSK)
	}
	c.Shard = shard
	dict(f, "cells", &c.Cells, func(f *fields, n *int) { integer(f, "s", n) })
}

func dueFields(f *fields, d *twofactor.Due, key twofactor.Key) {
	user, why, _ := strings.Cut(key.ID, "/")
	d.Ref, d.Why = twofactor.Ref{Tenant: key.Tenant, User: user}, twofactor.DueReason(why)
	moment(f, "at", &d.At)
}
