/*
 * The core of the replication protocol (docs/cluster-protocol.md) for one shard on three nodes: epochs, the in-sync
 * replicas and their change, truncation by epoch history, fencing, crashes that lose what was not forced, and STRONG
 * reads. `replication/simulator/model/check` exhausts it.
 *
 * One process takes one step after the other; which one is open each time, so that every order is tried. Who sends and
 * who receives take one step together where a later arrival could do no more harm than a later step: acknowledgements
 * only grow within an epoch, and a leader that was deposed without knowing it goes on sending. A record is told by its
 * offset and the epoch of the leader that made it; nothing else of it matters.
 *
 * Failure detection only decides when: here anybody in the ISR may be elected at any moment, dead or alive.
 *
 * Each BUG_... leaves one rule out. The check wants every one of them to be found.
 */

#ifndef EPOCHS
#define EPOCHS 3          /* newest epoch that is tried */
#endif
#ifndef RECORDS
#define RECORDS 3         /* longest log, the first record of each epoch included */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef ISR_CHANGES
#define ISR_CHANGES 2
#endif

#define NONE 3
#define BIT(n) (1 << (n))
#define IS(set, n) ((set) & BIT(n))
#define AT(n, i) logs[(n) * RECORDS + (i)]
#define ACKED(n, m) acked[(n) * 3 + (m)]

/* The metadata: agreed, changed by one step at a time. */
byte metaLeader = 0;
byte metaEpoch = 1;
byte metaIsr = 7;
byte leaderOf[EPOCHS + 1];       /* who led an epoch, and with which ISR it began: what a node hears late */
byte isrAt[EPOCHS + 1];

/* A node's disk. */
byte logs[3 * RECORDS];          /* epoch of each record, 0 behind the end */
byte end[3];
byte durable[3];

/* A node's memory. */
byte up = 7;
byte epoch[3];                   /* newest that it knows */
byte leads = 1;                  /* who takes itself for the leader of the epoch it knows */
byte joined = 0;                 /* who has compared its log with the leader's of the epoch it knows */
byte watermark[3];

/* A leader's memory. */
byte epochStart[3];
byte isr[3];                     /* as it knows it agreed */
byte proposed[3];                /* as it wants it; 0: no change under way */
byte acked[9];                   /* durable end that another has acknowledged in this epoch */

/* An AlterIsr on its way, at most one of a node. Versions are told by two bits: whether it is of the present one. */
byte alterEpoch[3], alterIsr[3];
byte current = 1;                /* leaders that know the present version */
byte alterCurrent = 0;           /* requests that are made on the present version */

/* A STRONG read under way on a leader, and who has acknowledged a message that was sent after it began. */
byte reader = NONE;
byte readAcks, readMustSee;

/* What nobody in the protocol can see: the committed log. */
byte committed[RECORDS];
byte committedEnd = 0;
byte crashes = 0, isrChanges = 0;

/* For the steps; 0 between them. */
byte i, x, match, low;

/* ---- the metadata ---- */

inline newVersion() { current = 0; alterCurrent = 0 }

#ifdef BUG_LEADER_FROM_ANYWHERE
#define ELECTABLE(n) true
#else
#define ELECTABLE(n) IS(metaIsr, n)
#endif
#define ELECT(n) \
  :: d_step { metaEpoch < EPOCHS && metaLeader != n && ELECTABLE(n) -> \
       metaEpoch++; metaLeader = n; metaIsr = metaIsr | BIT(n); newVersion(); \
       leaderOf[metaEpoch] = n; isrAt[metaEpoch] = metaIsr }

/* Compare and set on leader, epoch and version. */
#ifdef BUG_ISR_WITHOUT_VERSION
#define FITS(n) true
#else
#define FITS(n) (alterEpoch[n] == metaEpoch && metaLeader == n && IS(alterCurrent, n))
#endif
#define ALTER(n) \
  :: d_step { alterEpoch[n] != 0 -> \
       if :: FITS(n) -> metaIsr = alterIsr[n]; newVersion() :: else fi; \
       alterEpoch[n] = 0; alterIsr[n] = 0; alterCurrent = alterCurrent & ~BIT(n) }

/* ---- a node learns ---- */

inline forgetLeadership(n) {
  leads = leads & ~BIT(n); current = current & ~BIT(n);
  isr[n] = 0; proposed[n] = 0; epochStart[n] = 0;
  ACKED(n, 0) = 0; ACKED(n, 1) = 0; ACKED(n, 2) = 0;
  if :: reader == n -> reader = NONE; readAcks = 0; readMustSee = 0 :: else fi
}

/* It hears of an epoch, perhaps late: there may be a newer one already. A leader begins its epoch with a record. */
#define LEARN(n, e) \
  :: d_step { IS(up, n) && e <= metaEpoch && epoch[n] < e && (leaderOf[e] != n || end[n] < RECORDS) -> \
       forgetLeadership(n); \
       epoch[n] = e; joined = joined & ~BIT(n); \
       if \
       :: leaderOf[e] == n -> \
            leads = leads | BIT(n); isr[n] = isrAt[e]; epochStart[n] = end[n]; \
            if :: e == metaEpoch && metaLeader == n -> current = current | BIT(n) :: else fi; \
            AT(n, end[n]) = e; end[n]++ \
       :: else \
       fi }

#define LEARN_ISR(n) \
  :: d_step { IS(leads, n) && epoch[n] == metaEpoch && metaLeader == n && !IS(current, n) -> \
       isr[n] = metaIsr; proposed[n] = 0; current = current | BIT(n) }

/* ---- the log ---- */

#define WRITE(n) \
  :: d_step { IS(leads, n) && end[n] < RECORDS -> AT(n, end[n]) = epoch[n]; end[n]++ }

#define FORCE(n) \
  :: d_step { IS(up, n) && durable[n] < end[n] -> durable[n] = end[n] }

/* low: how many records of epoch y or older a log has; i: whether one of them is of y. */
inline endOf(n, y) {
  low = 0; i = 0;
  do
  :: low < end[n] && AT(n, low) <= y -> if :: AT(n, low) == y -> i = 1 :: else fi; low++
  :: else -> break
  od
}

/* The newest epoch that both logs have, and the smaller of its two ends. */
#ifdef BUG_TRUNCATE_TO_WATERMARK
inline findMatch(n, m) { match = watermark[m] }
#else
inline findMatch(n, m) {
  match = 0; x = epoch[m];
  do
  :: x > 0 ->
       endOf(n, x);
       if
       :: i == 1 ->
            match = low; endOf(m, x);
            if
            :: i == 1 -> if :: low < match -> match = low :: else fi; break
            :: else -> match = 0
            fi
       :: else
       fi;
       x--
  :: else -> break
  od
}
#endif

/* A follower cuts its log where the two part; then it is fit for records of the epoch. */
#define JOIN(n, m) \
  :: d_step { IS(up, m) && !IS(leads, m) && !IS(joined, m) && IS(leads, n) && epoch[n] == epoch[m] -> \
       findMatch(n, m); \
       assert(match >= watermark[m]);                                            /* I5 */ \
       i = 0; \
       do :: i < match -> assert(AT(n, i) == AT(m, i)); i++ :: else -> break od;   /* I6 */ \
       i = match; \
       do :: i < end[m] -> AT(m, i) = 0; i++ :: else -> break od; \
       end[m] = match; \
       if :: durable[m] > match -> durable[m] = match :: else fi; \
       joined = joined | BIT(m); i = 0; x = 0; low = 0; match = 0 }

/* The next record, if there is one, and the leader's watermark. */
#ifdef BUG_NO_FENCE
#define ACCEPTS(n, m) (epoch[n] <= epoch[m])
#else
#define ACCEPTS(n, m) (epoch[n] == epoch[m])
#endif
#define SEND(n, m) \
  :: d_step { IS(leads, n) && IS(up, m) && IS(joined, m) && !IS(leads, m) && ACCEPTS(n, m) && end[m] <= end[n] \
        && (end[m] < end[n] || (watermark[m] < watermark[n] && watermark[m] < durable[m])) -> \
       if :: end[m] < end[n] -> AT(m, end[m]) = AT(n, end[m]); end[m]++ :: else fi; \
       low = watermark[n]; \
       if :: low > durable[m] -> low = durable[m] :: else fi; \
       if :: low > watermark[m] -> watermark[m] = low :: else fi; \
       i = 0; \
       do :: i < watermark[m] -> assert(AT(m, i) == committed[i]); i++ :: else -> break od;   /* I2 */ \
       i = 0; low = 0 }

#ifdef BUG_ACK_BEFORE_FORCE
#define ACK_END(m) end[m]
#else
#define ACK_END(m) durable[m]
#endif
#define ACK(n, m) \
  :: d_step { IS(leads, n) && IS(up, m) && IS(joined, m) && !IS(leads, m) && epoch[n] == epoch[m] \
        && ACKED(n, m) < ACK_END(m) -> \
       ACKED(n, m) = ACK_END(m) }

/* ---- commit ---- */

#ifdef BUG_WATERMARK_OF_THE_PROPOSED
#define COUNTED(n) (proposed[n] != 0 -> proposed[n] : isr[n])
#else
#ifdef BUG_WATERMARK_OF_THE_AGREED
#define COUNTED(n) isr[n]
#else
#define COUNTED(n) (isr[n] | proposed[n])
#endif
#endif
#define CAPPED(n, m) if :: IS(COUNTED(n), m) && n != m && ACKED(n, m) < low -> low = ACKED(n, m) :: else fi

#define COMMIT(n) \
  :: d_step { IS(leads, n) && watermark[n] < durable[n] \
        && (n == 0 || !IS(COUNTED(n), 0) || ACKED(n, 0) > watermark[n]) \
        && (n == 1 || !IS(COUNTED(n), 1) || ACKED(n, 1) > watermark[n]) \
        && (n == 2 || !IS(COUNTED(n), 2) || ACKED(n, 2) > watermark[n]) -> \
       low = durable[n]; CAPPED(n, 0); CAPPED(n, 1); CAPPED(n, 2); \
       watermark[n] = low; \
       i = 0; \
       do \
       :: i < low -> \
            assert(committed[i] == 0 || committed[i] == AT(n, i));                /* one history */ \
            committed[i] = AT(n, i); i++ \
       :: else -> break \
       od; \
       if :: low > committedEnd -> committedEnd = low :: else fi; \
       i = 0; low = 0 }

/* ---- the in-sync replicas ---- */

#define PROPOSE(n, set) \
  proposed[n] = set; isrChanges++; \
  alterEpoch[n] = epoch[n]; alterIsr[n] = set; alterCurrent = alterCurrent & ~BIT(n); \
  if :: IS(current, n) -> alterCurrent = alterCurrent | BIT(n) :: else fi
#define MAY_PROPOSE(n) (IS(leads, n) && proposed[n] == 0 && isrChanges < ISR_CHANGES)

#define SHRINK(n, m) \
  :: d_step { MAY_PROPOSE(n) && n != m && IS(isr[n], m) -> PROPOSE(n, isr[n] & ~BIT(m)) }

/* All that was committed before the epoch lies below its start; all that is committed in it below the watermark. */
#ifdef BUG_IN_SYNC_AT_THE_WATERMARK
#define CAUGHT_UP(n, m) (ACKED(n, m) >= watermark[n])
#else
#define CAUGHT_UP(n, m) (ACKED(n, m) >= watermark[n] && ACKED(n, m) >= epochStart[n])
#endif
#define EXPAND(n, m) \
  :: d_step { MAY_PROPOSE(n) && n != m && !IS(isr[n], m) && CAUGHT_UP(n, m) -> PROPOSE(n, isr[n] | BIT(m)) }

/* ---- crash and restart ---- */

inline forgetMemory(n) {
  forgetLeadership(n);
  up = up & ~BIT(n); joined = joined & ~BIT(n); epoch[n] = 0
}

/* What was not forced is lost, and of the watermark all that the store had not in its files. */
#define POWER_CUT(n) \
  :: d_step { IS(up, n) && crashes < CRASHES -> \
       crashes++; forgetMemory(n); \
       i = durable[n]; \
       do :: i < end[n] -> AT(n, i) = 0; i++ :: else -> break od; \
       end[n] = durable[n]; watermark[n] = 0; i = 0 }

/* All that was written is there, forced or not. */
#define KILL(n) \
  :: d_step { IS(up, n) && crashes < CRASHES && durable[n] < end[n] -> \
       crashes++; forgetMemory(n); durable[n] = end[n] }

/* It registers, which ends its own leadership, and begins with the metadata of that moment. */
#ifdef BUG_RESTART_LEADS_ON
#define RESTART(n) \
  :: d_step { !IS(up, n) -> up = up | BIT(n) }
#else
#define RESTART(n) \
  :: d_step { !IS(up, n) -> \
       up = up | BIT(n); epoch[n] = metaEpoch; \
       if :: metaLeader == n -> metaLeader = NONE; newVersion() :: else fi }
#endif

/* ---- STRONG reads, of a leader that has committed in its epoch ---- */

#ifdef READS
#define READ(n) \
  :: d_step { reader == NONE && IS(leads, n) && watermark[n] > epochStart[n] -> \
       reader = n; readAcks = BIT(n); readMustSee = committedEnd }

#define READ_ACK(m) \
  :: d_step { reader != NONE && !IS(readAcks, m) && IS(up, m) && IS(joined, m) && !IS(leads, m) \
        && epoch[m] == epoch[reader] -> \
       readAcks = readAcks | BIT(m) }

#ifdef BUG_READ_WITHOUT_CONFIRMATION
#define CONFIRMED(n) true
#else
#ifdef BUG_READ_CONFIRMED_BY_A_MAJORITY
#define CONFIRMED(n) (readAcks != BIT(n))
#else
#define CONFIRMED(n) (((isr[n] | proposed[n]) & ~readAcks) == 0)
#endif
#endif
#define READ_DONE(n) \
  :: d_step { reader == n && CONFIRMED(n) -> \
       assert(watermark[n] >= readMustSee);                                      /* linearizable */ \
       reader = NONE; readAcks = 0; readMustSee = 0 }
#else
#define READ(n)
#define READ_ACK(m)
#define READ_DONE(n)
#endif

#define EACH(STEP) STEP(0) STEP(1) STEP(2)
#define PAIRS(STEP) STEP(0, 1) STEP(0, 2) STEP(1, 0) STEP(1, 2) STEP(2, 0) STEP(2, 1)
#if EPOCHS == 4
#define HEAR(n) LEARN(n, 2) LEARN(n, 3) LEARN(n, 4)
#else
#define HEAR(n) LEARN(n, 2) LEARN(n, 3)
#endif

/* Node 0 leads epoch 1: which one it is makes no difference. */
init {
  d_step {
    leaderOf[1] = 0; isrAt[1] = 7; isr[0] = 7;
    epoch[0] = 1; epoch[1] = 1; epoch[2] = 1;
    AT(0, 0) = 1; end[0] = 1
  }
  do
  EACH(ELECT) EACH(ALTER) EACH(HEAR) EACH(LEARN_ISR)
  EACH(WRITE) EACH(FORCE) PAIRS(JOIN) PAIRS(SEND) PAIRS(ACK)
  EACH(COMMIT) PAIRS(SHRINK) PAIRS(EXPAND)
  EACH(POWER_CUT) EACH(KILL) EACH(RESTART)
  EACH(READ) EACH(READ_ACK) EACH(READ_DONE)
  od
}
