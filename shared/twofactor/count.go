package twofactor

import "strconv"

// CountShards is how many records the counts of one tenant are spread over, so
// that a busy tenant is not one hot record.
const CountShards = 10

// Count is one shard of a tenant's counts; a sum over all shards is the count.
type Count struct {
	Meta
	Tenant string
	// Shard is from 0 to CountShards-1.
	Shard int
	// Cells counts users by what they have in common. A shard alone may be
	// below zero. A cell that is not there is zero.
	Cells map[string]int
}

// Key implements Record.
func (c *Count) Key() Key { return CountKey(c.Tenant, c.Shard) }

// CountKey names one shard of a tenant's counts.
func CountKey(tenant string, shard int) Key {
	return Key{Kind: KindCount, Tenant: tenant, ID: strconv.Itoa(shard)}
}
