// Thirty-two registers of sixteen floats; compiled with -mavx512f -mavx512dq -mavx512vl.
#define LR_WIDTH 16
#define LR_VECTORS 4
#define LR_PIXELS 6
#define LR_COLUMNS 8
#define LR_TILE_VECTORS 2
#define LR_TILE_ROWS 12
#define LR_WIDE_ROWS 6
#define LR_CHUNK_TILES 24
#define LR_TABLE kAvx512Kernels
#define LR_NAME "avx512"
#include "vector.inc"
