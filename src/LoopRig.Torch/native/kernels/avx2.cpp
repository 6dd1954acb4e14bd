// Sixteen registers of eight floats; compiled with -mavx2 -mfma.
#define LR_WIDTH 8
#define LR_VECTORS 2
#define LR_PIXELS 6
#define LR_COLUMNS 4
#define LR_TILE_VECTORS 2
#define LR_TILE_ROWS 6
#define LR_WIDE_ROWS 2
#define LR_CHUNK_TILES 24
#define LR_TABLE kAvx2Kernels
#define LR_NAME "avx2"
#include "vector.inc"
