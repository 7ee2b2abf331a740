;; Continues a CRC over bytes in this module's memory. `npm run build:crc` makes crc-module.ts of it.
;;
;; The memory begins with the sixteen tables of `crcTables`, of 256 entries of 8 bytes each: the first is
;; for the last byte of a step. What is to be summed lies behind them. All registers are 64 bits wide; a
;; CRC of 32 bits leaves the upper half 0.
(module
  (memory (export "memory") 6)
  (func (export "update") (param $crc i64) (param $at i32) (param $to i32) (result i64)
    (local $low i64)
    (local $high i64)
    ;; Sixteen bytes at a time.
    (block $done
      (loop $step
        (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $to)))
        (local.set $low (i64.xor (local.get $crc) (i64.load (local.get $at))))
        (local.set $high (i64.load offset=8 (local.get $at)))
        (local.set $crc
          (i64.xor
            (i64.xor
              (i64.xor
                (i64.xor
                  (i64.load offset=30720 (i32.shl (i32.wrap_i64 (i64.and (local.get $low) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=28672 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 8)) (i64.const 255))) (i32.const 3))))
                (i64.xor
                  (i64.load offset=26624 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 16)) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=24576 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 24)) (i64.const 255))) (i32.const 3)))))
              (i64.xor
                (i64.xor
                  (i64.load offset=22528 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 32)) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=20480 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 40)) (i64.const 255))) (i32.const 3))))
                (i64.xor
                  (i64.load offset=18432 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 48)) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=16384 (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 56))) (i32.const 3))))))
            (i64.xor
              (i64.xor
                (i64.xor
                  (i64.load offset=14336 (i32.shl (i32.wrap_i64 (i64.and (local.get $high) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=12288 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 8)) (i64.const 255))) (i32.const 3))))
                (i64.xor
                  (i64.load offset=10240 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 16)) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=8192 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 24)) (i64.const 255))) (i32.const 3)))))
              (i64.xor
                (i64.xor
                  (i64.load offset=6144 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 32)) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=4096 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 40)) (i64.const 255))) (i32.const 3))))
                (i64.xor
                  (i64.load offset=2048 (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 48)) (i64.const 255))) (i32.const 3)))
                  (i64.load offset=0 (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 56))) (i32.const 3))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $step)))
    ;; The rest, byte by byte.
    (block $end
      (loop $byte
        (br_if $end (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $low (i64.xor (local.get $crc) (i64.load8_u (local.get $at))))
        (local.set $crc
          (i64.xor
            (i64.shr_u (local.get $crc) (i64.const 8))
            (i64.load offset=0 (i32.shl (i32.wrap_i64 (i64.and (local.get $low) (i64.const 255))) (i32.const 3)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $byte)))
    (local.get $crc)))
