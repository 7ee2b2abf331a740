;; Makes the bytes that a CRC is to be computed of fewer. `npm run build:crc` makes crc-fold-module.ts of it.
;;
;; A multiple of the CRC's polynomial with few terms, x^d + x^e + ... + 1, is one of the sixteen-byte blocks'
;; polynomial too: to the power of 128 every exponent is 128 times as much, for in binary (a + b)^2 is
;; a^2 + b^2. So a block may be taken out of a message when it is added to the blocks that lie d - e behind
;; it, and d. Here each block takes what was taken out of those before it. Nothing but XOR is needed.
;;
;; All places are addresses in the memory. Four blocks are worked off in one step: what is taken in lies four
;; blocks before what is made, or further, and all lengths are multiples of 64 bytes.
(module
  (import "fold" "memory" (memory 1 4096 shared))

  ;; Makes the blocks from `$at` to `$to` of those that lie from `$from` on, and of those made before: `$lag1`
  ;; and so on are the places of the first that are taken in. For multiples of five terms.
  (func (export "fold4") (param $from i32) (param $at i32) (param $to i32)
      (param $lag1 i32) (param $lag2 i32) (param $lag3 i32) (param $lag4 i32)
    (block $done
      (loop $step
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (v128.store (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load (local.get $from))
                (v128.load (local.get $lag1)))
              (v128.load (local.get $lag2)))
            (v128.xor
              (v128.load (local.get $lag3))
              (v128.load (local.get $lag4)))))
        (v128.store offset=16 (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load offset=16 (local.get $from))
                (v128.load offset=16 (local.get $lag1)))
              (v128.load offset=16 (local.get $lag2)))
            (v128.xor
              (v128.load offset=16 (local.get $lag3))
              (v128.load offset=16 (local.get $lag4)))))
        (v128.store offset=32 (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load offset=32 (local.get $from))
                (v128.load offset=32 (local.get $lag1)))
              (v128.load offset=32 (local.get $lag2)))
            (v128.xor
              (v128.load offset=32 (local.get $lag3))
              (v128.load offset=32 (local.get $lag4)))))
        (v128.store offset=48 (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load offset=48 (local.get $from))
                (v128.load offset=48 (local.get $lag1)))
              (v128.load offset=48 (local.get $lag2)))
            (v128.xor
              (v128.load offset=48 (local.get $lag3))
              (v128.load offset=48 (local.get $lag4)))))
        (local.set $from (i32.add (local.get $from) (i32.const 64)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (local.set $lag1 (i32.add (local.get $lag1) (i32.const 64)))
        (local.set $lag2 (i32.add (local.get $lag2) (i32.const 64)))
        (local.set $lag3 (i32.add (local.get $lag3) (i32.const 64)))
        (local.set $lag4 (i32.add (local.get $lag4) (i32.const 64)))
        (br $step))))

  ;; The same for multiples of eight terms.
  (func (export "fold7") (param $from i32) (param $at i32) (param $to i32)
      (param $lag1 i32) (param $lag2 i32) (param $lag3 i32) (param $lag4 i32) (param $lag5 i32) (param $lag6 i32) (param $lag7 i32)
    (block $done
      (loop $step
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (v128.store (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load (local.get $from))
                (v128.load (local.get $lag1)))
              (v128.xor
                (v128.load (local.get $lag2))
                (v128.load (local.get $lag3))))
            (v128.xor
              (v128.xor
                (v128.load (local.get $lag4))
                (v128.load (local.get $lag5)))
              (v128.xor
                (v128.load (local.get $lag6))
                (v128.load (local.get $lag7))))))
        (v128.store offset=16 (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load offset=16 (local.get $from))
                (v128.load offset=16 (local.get $lag1)))
              (v128.xor
                (v128.load offset=16 (local.get $lag2))
                (v128.load offset=16 (local.get $lag3))))
            (v128.xor
              (v128.xor
                (v128.load offset=16 (local.get $lag4))
                (v128.load offset=16 (local.get $lag5)))
              (v128.xor
                (v128.load offset=16 (local.get $lag6))
                (v128.load offset=16 (local.get $lag7))))))
        (v128.store offset=32 (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load offset=32 (local.get $from))
                (v128.load offset=32 (local.get $lag1)))
              (v128.xor
                (v128.load offset=32 (local.get $lag2))
                (v128.load offset=32 (local.get $lag3))))
            (v128.xor
              (v128.xor
                (v128.load offset=32 (local.get $lag4))
                (v128.load offset=32 (local.get $lag5)))
              (v128.xor
                (v128.load offset=32 (local.get $lag6))
                (v128.load offset=32 (local.get $lag7))))))
        (v128.store offset=48 (local.get $at)
          (v128.xor
            (v128.xor
              (v128.xor
                (v128.load offset=48 (local.get $from))
                (v128.load offset=48 (local.get $lag1)))
              (v128.xor
                (v128.load offset=48 (local.get $lag2))
                (v128.load offset=48 (local.get $lag3))))
            (v128.xor
              (v128.xor
                (v128.load offset=48 (local.get $lag4))
                (v128.load offset=48 (local.get $lag5)))
              (v128.xor
                (v128.load offset=48 (local.get $lag6))
                (v128.load offset=48 (local.get $lag7))))))
        (local.set $from (i32.add (local.get $from) (i32.const 64)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (local.set $lag1 (i32.add (local.get $lag1) (i32.const 64)))
        (local.set $lag2 (i32.add (local.get $lag2) (i32.const 64)))
        (local.set $lag3 (i32.add (local.get $lag3) (i32.const 64)))
        (local.set $lag4 (i32.add (local.get $lag4) (i32.const 64)))
        (local.set $lag5 (i32.add (local.get $lag5) (i32.const 64)))
        (local.set $lag6 (i32.add (local.get $lag6) (i32.const 64)))
        (local.set $lag7 (i32.add (local.get $lag7) (i32.const 64)))
        (br $step))))

  ;; Adds the blocks from `$from` on to those from `$at` to `$to`, of which any number is right.
  (func (export "add") (param $from i32) (param $at i32) (param $to i32)
    (block $done
      (loop $step
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (v128.store (local.get $at) (v128.xor (v128.load (local.get $at)) (v128.load (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $step))))

  (func (export "copy") (param $from i32) (param $at i32) (param $lengthBytes i32)
    (memory.copy (local.get $at) (local.get $from) (local.get $lengthBytes)))

  (func (export "clear") (param $at i32) (param $lengthBytes i32)
    (memory.fill (local.get $at) (i32.const 0) (local.get $lengthBytes))))
