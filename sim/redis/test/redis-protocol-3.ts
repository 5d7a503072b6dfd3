/**
 * Commands whose replies in both versions of the protocol must be the same, byte by byte, from the
 * simulated Redis and from a real one. Most are in version 3.
 */
import type { Duplex } from 'node:stream';

/** The database used, which is emptied before and after. */
const DATABASE = '12';

const COMMANDS = [
  'HELLO 3',
  `SELECT ${DATABASE}`,
  'FLUSHDB',
  'GET none',
  'SET a 1',
  'GET a',
  'INCRBYFLOAT a 0.5',
  'MGET a none',
  'HGETALL none',
  'HSET h f 1',
  'HGETALL h',
  'HMGET h f g',
  'HRANDFIELD h 1 WITHVALUES',
  'HINCRBYFLOAT h f 1.5',
  'HSCAN h 0',
  'SADD s x',
  'SMEMBERS s',
  'SMEMBERS none',
  'SINTER s s',
  'SUNION s none',
  'SDIFF s none',
  'SRANDMEMBER s 1',
  'SISMEMBER s x',
  'SSCAN s 0',
  'SPOP s 1',
  'SPOP s',
  'ZADD z 1 a 2.5 b',
  'ZADD z INCR 1 a',
  'ZADD z +inf c',
  'ZSCORE z a',
  'ZSCORE z none',
  'ZMSCORE z a none c',
  'ZINCRBY z 0.25 b',
  'ZRANGE z 0 -1',
  'ZRANGE z 0 -1 WITHSCORES',
  'ZREVRANGE z 0 0 WITHSCORES',
  'ZRANGEBYSCORE z 0 3 WITHSCORES LIMIT 0 1',
  'ZUNION 2 z none WITHSCORES',
  'ZINTER 1 z',
  'ZDIFF 2 z none WITHSCORES',
  'ZRANDMEMBER none 1 WITHSCORES',
  'ZSCAN z 0',
  'ZRANK z a',
  'BZPOPMIN z 0',
  'ZMPOP 1 z MIN COUNT 2',
  'ZADD z 1 a 2 b 3 c 4 d',
  'ZPOPMIN z',
  'ZPOPMAX z 2',
  'ZPOPMIN none',
  'LPOP none',
  'RPUSH l x y',
  'LRANGE l 0 -1',
  'LMPOP 1 l LEFT',
  'BLPOP l 0',
  'XADD st 1-1 f v',
  'XREAD STREAMS st 0',
  'XREAD STREAMS st 1-1',
  'XRANGE st - +',
  'XGROUP CREATE st g 0',
  'XREADGROUP GROUP g me STREAMS st >',
  'XPENDING st g',
  'XINFO GROUPS st',
  'CLIENT TRACKINGINFO',
  'COMMAND INFO get xread none',
  'COMMAND GETKEYSANDFLAGS SORT a STORE b',
  'MULTI',
  'HGETALL h',
  'ZSCORE z none',
  'SMEMBERS none',
  'SET a 2',
  'EXEC',
  'EVAL return{1,false,redis.call("HGETALL","h")} 0',
  'EVAL return{double=3.5} 0',
  'EVAL return{double=1/0} 0',
  'EVAL return{big_number="1"} 0',
  'EVAL return{map={a={set={b=true}}}} 0',
  'EVAL return{verbatim_string={format="ab",string="x"}} 0',
  'EVAL return{verbatim_string={format="abcde",string="x"}} 0',
  'EVAL redis.setresp(3)return{true,false} 0',
  'EVAL redis.setresp(3)return(redis.call("HGETALL","h")) 0',
  'EVAL redis.setresp(3)return(redis.call("GET","none"))==nil 0',
  'LPOP none 1',
  'XINFO STREAM st FULL',
  'MULTI',
  'SUBSCRIBE ch ch2',
  'UNSUBSCRIBE ch ch2',
  'INCRBY a 9223372036854775804',
  'EXEC',
  'OBJECT ENCODING a',
  'TYPE none',
  'SUBSCRIBE one two',
  'GET a',
  'PING',
  'PSUBSCRIBE t*',
  'UNSUBSCRIBE one',
  'UNSUBSCRIBE',
  'PUNSUBSCRIBE',
  'HGET h none',
  'nonsense a',
  'HELLO 2',
  'GET none',
  'ZSCORE z none',
  'HELLO 4',
  // In version 2 a missing list is not a missing string.
  ...['LPOP none', 'LPOP none 1', 'LMPOP 1 none LEFT', 'ZMPOP 1 none MIN', 'ZRANDMEMBER none', 'ZRANDMEMBER none 1'],
  ...['BLPOP none 0.01', 'BLMOVE none l LEFT LEFT 0.01', 'BZPOPMIN none 0.01', 'BLMPOP 0.01 1 none LEFT'],
  ...['XREAD STREAMS none 0', 'XREAD BLOCK 5 STREAMS none 0', 'XRANGE st - + COUNT 0', 'XPENDING st g'],
  ...['MULTI', 'BLPOP none 0', 'BLMOVE none l LEFT LEFT 0', 'XREAD BLOCK 0 STREAMS none 0', 'EXEC'],
  ...['WATCH a', 'SET a 3', 'MULTI', 'GET a', 'EXEC'],
  ...['MULTI', 'SUBSCRIBE ch ch2', 'UNSUBSCRIBE ch ch2', 'EXEC'],
  ...['SUBSCRIBE s', 'PUBSUB NUMSUB', 'CLIENT GETNAME', 'EXEC', 'UNSUBSCRIBE'],
  ...['MULTI', 'SSUBSCRIBE s', 'EXEC', 'HELLO 3', 'GEOADD g 13.361389 38.115556 p', 'GEOPOS g p none'],
  ...['GEOSEARCH g FROMMEMBER p BYRADIUS 1 km WITHCOORD WITHDIST WITHHASH', 'LCS a a IDX'],
  // A key with the name of an option.
  ...['ZADD z 1 a', 'ZUNION 2 z WITHSCORES', 'ZRANGE WITHSCORES 0 -1'],
  // What is refused within a transaction has no reply in it.
  ...['MULTI', 'MULTI', 'WATCH a', 'HGETALL none', 'HELLO 2', 'ZSCORE z a', 'HELLO 3', 'ZSCORE z a', 'EXEC', 'HELLO 2'],
  'FLUSHDB',
  'ECHO end',
];

const ENDED = '$3\r\nend\r\n';

const requestOf = (command: string): string => {
  const words = command.split(' ');
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
};

/** Returns all replies, command by command, without what differs between servers. */
export function talk(socket: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (!received.endsWith(ENDED)) return;
      resolve(
        received
          .replaceAll(/\$\d\r\n7\.[\d.]+/g, 'version')
          .replaceAll(/(id\r\n):\d+/g, '$1:1')
          .replaceAll(/:\d{13}\r\n/g, ':time\r\n'),
      );
    });
    socket.write(COMMANDS.map(requestOf).join(''));
  });
}
